import type { Framework } from '../request/deploy-request.ts';

/** Names of the frameworks as their makers write them. */
export const frameworkNames: Readonly<Record<Framework, string>> = {
  TENSORFLOW: 'TensorFlow',
  SCIKIT_LEARN: 'scikit-learn',
  XGBOOST: 'XGBoost',
};
