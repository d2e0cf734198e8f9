import { apiUrl } from '../../src/github/api-url.ts';

describe('the API belongs to the server', () => {
  test.each([
    ['https://github.com', 'https://api.github.com', 'https://api.github.com'],
    ['https://github.com', 'https://api.github.com/', 'https://api.github.com'],
    ['https://acme.ghe.com', 'https://api.acme.ghe.com', 'https://api.acme.ghe.com'],
    ['https://git.acme.test', 'https://git.acme.test/api/v3', 'https://git.acme.test/api/v3'],
    [
      'https://git.acme.test:8443',
      'https://git.acme.test:8443/api/v3/',
      'https://git.acme.test:8443/api/v3',
    ],
    ['https://github.com', 'http://127.0.0.1:8085/api/v3', 'http://127.0.0.1:8085/api/v3'],
    ['https://github.com', 'http://[::1]:8085', 'http://[::1]:8085'],
  ])('of %s it can be %s', (server, api, url) => {
    expect(apiUrl({ GITHUB_API_URL: api }, server)).toBe(url);
  });

  test.each([
    ['https://github.com', 'https://evil.test'],
    ['https://github.com', 'https://api.github.com.evil.test'],
    ['https://github.com', 'https://evilgithub.com'],
    ['https://github.com', 'http://api.github.com'],
    ['https://github.com', 'https://api.github.com:8443'],
    ['https://github.com', 'https://user:password@api.github.com'],
    ['https://github.com', 'https://api.github.com/?to=https://evil.test'],
    ['https://git.acme.test', 'https://api.github.com'],
    ['https://git.acme.test', 'http://git.acme.test/api/v3'],
    ['https://github.com', 'http://127.0.0.1.evil.test'],
    ['https://github.com', 'api.github.com'],
    ['github.com', 'https://api.github.com'],
  ])('of %s it cannot be %s', (server, api) => {
    expect(apiUrl({ GITHUB_API_URL: api }, server)).toBeUndefined();
  });

  test.each([
    ['https://github.com', 'https://api.github.com'],
    ['https://acme.ghe.com', 'https://api.acme.ghe.com'],
    ['https://git.acme.test', 'https://git.acme.test/api/v3'],
  ])('of %s it is %s where no variable says it', (server, url) => {
    expect(apiUrl({}, server)).toBe(url);
    expect(apiUrl({ GITHUB_API_URL: ' ' }, server)).toBe(url);
  });
});
