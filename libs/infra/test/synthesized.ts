import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App, Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { onTestFinished } from 'vitest';
import { REPRODUCIBLE } from '../src/reproducible';

const CDK_JSON = resolve(import.meta.dirname, '../cdk.json');

/** The context `cdk synth` gives the app, feature flags and all. */
export function cdkJsonContext(): Record<string, unknown> {
  return (JSON.parse(readFileSync(CDK_JSON, 'utf8')) as { context: Record<string, unknown> }).context;
}

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'infra-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** An app as `cdk synth` would run it: under the context of cdk.json, and AWS's validator with it. */
export function validatedApp(outdir = temporaryDirectory()): App {
  return new App({ ...REPRODUCIBLE, outdir, context: { ...REPRODUCIBLE.context, ...cdkJsonContext() } });
}

/** An app that only makes a template: AWS's validator takes two seconds, and copied assets are of no use here. */
export function unvalidatedApp(): App {
  return new App({
    ...REPRODUCIBLE,
    outdir: temporaryDirectory(),
    context: {
      ...REPRODUCIBLE.context,
      ...cdkJsonContext(),
      '@aws-cdk/core:validateAgainstDefaultRules': false,
      'aws:cdk:disable-asset-staging': true,
    },
  });
}

/** The template of a stack that holds only what `build` puts into it. */
export function templateOf(build: (stack: Stack) => void): Template {
  const stack = new Stack(unvalidatedApp(), 'test', { analyticsReporting: false });
  build(stack);
  return Template.fromStack(stack);
}

/** Builds small enough to hash in no time, laid out like the real ones; removed after the test. */
export function smallBuilds(): { webBuild: string; apiBuild: string } {
  const root = temporaryDirectory();
  const write = (path: string, content: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  write('web/index.html', '<!doctype html><title>SPA</title>');
  write('web/assets/index-1a2b3c.js', 'export {};');
  write('api/Dockerfile', 'FROM scratch\nCOPY main.js healthcheck.js ./\n');
  write('api/main.js', '');
  write('api/healthcheck.js', '');
  return { webBuild: join(root, 'web'), apiBuild: join(root, 'api') };
}
