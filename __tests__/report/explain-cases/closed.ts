import { modelsPath, refused, unanswered, versionRefused } from './case.ts';
import type { Case } from './case.ts';

/** AI Platform Prediction is closed: texts as they were observed, or as the references give them. */
export const closedCases: readonly Case[] = [
  {
    rule: 'ai-platform-api-disabled',
    error: refused(
      `GET ${modelsPath}`,
      403,
      'PERMISSION_DENIED',
      'AI Platform Training & Prediction API has not been used in project 42 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/ml.googleapis.com/overview?project=42 then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.',
      [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'SERVICE_DISABLED',
          domain: 'googleapis.com',
          metadata: { consumer: 'projects/42', service: 'ml.googleapis.com' },
        },
      ],
    ),
    code: 'service-closed',
    what: 'AI Platform Prediction is closed; nothing can be deployed to it.',
    next: 'Set `platform: vertex-ai` in this step: Vertex AI is the service that took its place.',
  },
  {
    rule: 'ai-platform-api-disabled',
    error: refused(
      `POST ${modelsPath}`,
      400,
      'FAILED_PRECONDITION',
      'Field: parent Error: Please make sure that Google Cloud Machine Learning API is enabled for the project.',
    ),
    code: 'service-closed',
    what: 'AI Platform Prediction is closed; nothing can be deployed to it.',
    next: 'Set `platform: vertex-ai` in this step: Vertex AI is the service that took its place.',
  },
  {
    rule: 'ai-platform-says-closed',
    error: versionRefused(
      400,
      'FAILED_PRECONDITION',
      'AI Platform Prediction has been shut down. Please migrate to Vertex AI.',
    ),
    code: 'service-closed',
    what: 'AI Platform Prediction is closed; nothing can be deployed to it.',
    next: 'Set `platform: vertex-ai` in this step: Vertex AI is the service that took its place.',
  },
  {
    rule: 'ai-platform-gone',
    error: refused(`GET ${modelsPath}`, 404, 'NOT_FOUND', 'Requested entity was not found.'),
    code: 'service-closed',
    what: 'AI Platform Prediction is closed; nothing can be deployed to it.',
    next: 'Set `platform: vertex-ai` in this step: Vertex AI is the service that took its place.',
  },
  {
    rule: 'ai-platform-gone',
    error: refused(
      `GET ${modelsPath}/fraud`,
      404,
      '',
      '404. That’s an error. The requested URL /v1/projects/acme/models was not found on this server. That’s all we know.',
    ),
    code: 'service-closed',
    what: 'AI Platform Prediction is closed; nothing can be deployed to it.',
    next: 'Set `platform: vertex-ai` in this step: Vertex AI is the service that took its place.',
  },
  {
    rule: 'ai-platform-gone',
    error: refused(`GET ${modelsPath}/fraud`, 410, '', 'Gone'),
    code: 'service-closed',
    what: 'AI Platform Prediction is closed; nothing can be deployed to it.',
    next: 'Set `platform: vertex-ai` in this step: Vertex AI is the service that took its place.',
  },
  {
    rule: 'ai-platform-gone',
    error: versionRefused(
      501,
      'UNIMPLEMENTED',
      'Operation is not implemented, or supported, or enabled.',
    ),
    code: 'service-closed',
    what: 'AI Platform Prediction is closed; nothing can be deployed to it.',
    next: 'Set `platform: vertex-ai` in this step: Vertex AI is the service that took its place.',
  },
  {
    rule: 'ai-platform-host-gone',
    error: unanswered(
      'ENOTFOUND',
      'us-central1-ml.googleapis.com',
      'The host name us-central1-ml.googleapis.com cannot be resolved.',
    ),
    code: 'service-closed',
    what: 'The host us-central1-ml.googleapis.com of AI Platform Prediction does not exist.',
    next: 'Set `platform: vertex-ai` in this step: Vertex AI is the service that took its place.',
  },
];
