import { expect, test } from 'vitest';
import { readDockerfile } from './dockerfile';

test('copies, working directory, environment and command are read', () => {
  const image = readDockerfile(
    [
      '# the API',
      'ARG NODE_IMAGE=node:24',
      'FROM ${NODE_IMAGE}',
      'WORKDIR /app',
      'ENV MODE=fast NAME="two words"',
      'COPY --chown=1000:1000 main.js \\',
      '  other.js ./',
      'COPY config.json /etc/config.json',
      'USER 1000',
      'EXPOSE 8080',
      'HEALTHCHECK CMD ["node", "check.js"]',
      'CMD ["node", "main.js"]',
    ].join('\n'),
    'Dockerfile',
  );
  expect(image).toEqual({
    workingDirectory: '/app',
    copies: [
      { source: 'main.js', destination: '/app/main.js' },
      { source: 'other.js', destination: '/app/other.js' },
      { source: 'config.json', destination: '/etc/config.json' },
    ],
    environment: { MODE: 'fast', NAME: 'two words' },
    entryPoint: [],
    command: ['node', 'main.js'],
  });
});

test.each(['RUN npm ci', 'CMD node main.js', 'COPY --from=build /a /b', 'VOLUME /data'])(
  '%s is refused by name',
  (line) => {
    expect(() => readDockerfile(`FROM x\n${line}`, 'Dockerfile')).toThrowError(
      expect.objectContaining({ code: 'ERR_TEMPLATE_MALFORMED', message: expect.stringContaining(line) }),
    );
  },
);
