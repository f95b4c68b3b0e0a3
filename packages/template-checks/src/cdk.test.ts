import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Distribution, ViewerProtocolPolicy } from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { TemplateChecks } from './cdk';

// The package is built: the plugin starts its command line.

test('TemplateChecks fails the synthesis of an app, with rule, construct and fix', () => {
  const output = synthesize(ViewerProtocolPolicy.ALLOW_ALL);
  expect(output).toContain('https-only');
  expect(output).toContain('app/Distribution');
  expect(output).toContain('redirect-to-https');
});

test('TemplateChecks accepts an app without findings', () => {
  const validate = vi.spyOn(TemplateChecks.prototype, 'validate');
  onTestFinished(() => validate.mockRestore());
  expect(synthesize(ViewerProtocolPolicy.REDIRECT_TO_HTTPS)).not.toContain('https-only');
  expect(validate).toHaveReturnedWith({ success: true, violations: [] });
});

/** Returns what the synthesis of an app prints. */
function synthesize(viewerProtocolPolicy: ViewerProtocolPolicy): string {
  const outdir = mkdtempSync(join(tmpdir(), 'cdk-'));
  const { exitCode } = process;
  onTestFinished(() => {
    rmSync(outdir, { recursive: true });
    process.exitCode = exitCode;
  });
  const printed = ['error', 'log', 'warn', 'info'].map((name) =>
    vi.spyOn(console, name as 'error').mockImplementation(() => undefined),
  );
  const app = new App({ outdir, context: { '@aws-cdk/core:validationReportJson': true } });
  const stack = new Stack(app, 'app');
  const origin = S3BucketOrigin.withOriginAccessControl(new Bucket(stack, 'Site'));
  new Distribution(stack, 'Distribution', { defaultBehavior: { origin, viewerProtocolPolicy } });
  Validations.of(app).addPlugins(new TemplateChecks('https-only'));
  let thrown = '';
  try {
    app.synth();
  } catch (error) {
    thrown = String(error);
  }
  const lines = printed.flatMap((spy) => spy.mock.calls.map(String));
  for (const spy of printed) spy.mockRestore();
  return [...lines, thrown, report(outdir)].join('\n');
}

function report(outdir: string): string {
  return readFileSync(join(outdir, 'policy-validation-report.json'), 'utf8');
}
