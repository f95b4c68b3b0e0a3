import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App, Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { onTestFinished } from 'vitest';
import { REPRODUCIBLE } from '../src/stage-app';

const CDK_JSON = resolve(import.meta.dirname, '../cdk.json');

/** Returns the context in cdk.json, which contains the feature flags. */
export function cdkJsonContext(): Record<string, unknown> {
  return (JSON.parse(readFileSync(CDK_JSON, 'utf8')) as { context: Record<string, unknown> }).context;
}

/** Creates a directory and removes it after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'infra-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** Creates an app as `cdk synth` does: with the context of cdk.json and AWS's validator. */
export function validatedApp(outdir = temporaryDirectory()): App {
  return new App({ ...REPRODUCIBLE, outdir, context: { ...REPRODUCIBLE.context, ...cdkJsonContext() } });
}

/** Creates an app for fast tests: without AWS's validator, which takes two seconds, and without copies of assets. */
export function unvalidatedApp(): App {
  return new App({
    ...REPRODUCIBLE,
    builtinCloudFormationValidation: false,
    outdir: temporaryDirectory(),
    context: {
      ...REPRODUCIBLE.context,
      ...cdkJsonContext(),
      'aws:cdk:disable-asset-staging': true,
    },
  });
}

/** Returns the template of a stack with the resources that `build` adds. */
export function templateOf(build: (stack: Stack) => void): Template {
  const stack = new Stack(unvalidatedApp(), 'test', { analyticsReporting: false });
  build(stack);
  return Template.fromStack(stack);
}

/** Creates small web and API builds with the layout of the real ones, and removes them after the test. */
export function smallBuilds(): { webBuild: string; apiBuild: string } {
  const root = temporaryDirectory();
  const write = (path: string, content: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  write('web/index.html', '<!doctype html><title>SPA</title>');
  write('web/assets/index-1a2b3c.js', 'export {};');
  write('api/Dockerfile', 'FROM scratch\nCOPY main.js ./\n');
  write('api/main.js', '');
  write('api/lambda/index.js', '');
  write('api/lambda/package.json', '{ "type": "module" }');
  return { webBuild: join(root, 'web'), apiBuild: join(root, 'api') };
}
