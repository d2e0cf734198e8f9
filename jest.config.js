export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/__tests__/strip-types.js' },
  testPathIgnorePatterns: [
    '/node_modules/',
    '<rootDir>/__tests__/gcloud/',
    '<rootDir>/__tests__/other-servers/',
    '<rootDir>/__tests__/workflows/',
    '<rootDir>/__tests__/chaos/',
    '<rootDir>/__tests__/browser/',
    '<rootDir>/__tests__/reliability/',
  ],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  collectCoverageFrom: ['src/**'],
  coverageProvider: 'v8',
  testTimeout: 20_000,
  // The default leaves one core idle, which on a runner of two is half of the machine.
  maxWorkers: '100%',
};
