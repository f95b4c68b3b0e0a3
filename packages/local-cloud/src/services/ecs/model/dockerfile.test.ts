import { expect, test } from 'vitest';
import { readDockerfile } from './dockerfile';

const read = (...lines: string[]) => readDockerfile(['FROM x', ...lines].join('\n'), 'Dockerfile');

test('readDockerfile reads copies, working directory, environment and command', () => {
  const image = readDockerfile(
    [
      '# the API',
      'ARG NODE_IMAGE=node:24',
      'FROM ${NODE_IMAGE}',
      'WORKDIR /app',
      'ENV MODE=fast NAME="two words"',
      'COPY --chown=1000:1000 main.js \\',
      '  # the second file',
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

test('readDockerfile reads ENV in both forms, with quotes and escapes', () => {
  expect(read('ENV LEGACY one  two', "ENV QUOTED='a b' ESCAPED=a\\ b EMPTY=").environment).toEqual({
    LEGACY: 'one  two',
    QUOTED: 'a b',
    ESCAPED: 'a b',
    EMPTY: '',
  });
});

test('readDockerfile replaces variables that ARG or ENV set', () => {
  expect(read('ARG ROOT=/srv', 'ENV APP=${ROOT}/app', 'WORKDIR $APP', 'COPY a.js $APP/lib/')).toMatchObject({
    environment: { APP: '/srv/app' },
    workingDirectory: '/srv/app',
    copies: [{ source: 'a.js', destination: '/srv/app/lib/a.js' }],
  });
});

test('readDockerfile reads the exec form of COPY and CMD, over several lines', () => {
  expect(read('COPY --link ["a b.js", "/app/"]', 'CMD ["node", \\', '  "a b.js"]')).toMatchObject({
    copies: [{ source: 'a b.js', destination: '/app/a b.js' }],
    command: ['node', 'a b.js'],
  });
});

test.each([
  ['RUN npm ci', 'RUN is not supported'],
  ['CMD node main.js', 'it must be in exec form'],
  ['COPY --from=build /a /b', 'COPY supports files of the build context'],
  ['COPY <<EOF /a', 'COPY supports files of the build context'],
  ['COPY main.js', 'it has no destination'],
  ['VOLUME /data', 'VOLUME is not supported'],
  ['ENV PATH=/app/bin:$PATH', '$PATH has no value in this file'],
  ['ENV MODE', 'MODE has no value'],
])('readDockerfile rejects %s', (line, why) => {
  expect(() => read(line)).toThrowError(
    expect.objectContaining({
      code: 'ERR_TEMPLATE_MALFORMED',
      message: expect.stringContaining(`Dockerfile: ${JSON.stringify(line)} cannot be run`),
    }),
  );
  expect(() => read(line)).toThrowError(why);
});
