import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib/core';
import { REPRODUCIBLE } from '@spa-on-aws/infra';
import { SpaOnAwsStack } from '@spa-on-aws/infra';
import { stackNameOf } from '@spa-on-aws/infra';
import { cdkJsonContext, smallBuilds, temporaryDirectory } from '@spa-on-aws/infra';

/** Assemblies by stage, synthesized once for all test files of a process. */
const assemblies = new Map<string, string>();

process.once('exit', () => {
  for (const directory of assemblies.values()) rmSync(directory, { recursive: true, force: true });
});

/**
 * A project directory with the assembly of a stage in `cdk.out`, as `synth` leaves it; gone after the test.
 *
 * It is made by the real constructs, from builds that are small.
 */
export function projectWith(stage: string): string {
  const directory = temporaryDirectory();
  const assembly = assemblies.get(stage) ?? synthesize(stage);
  assemblies.set(stage, assembly);
  cpSync(assembly, join(directory, 'cdk.out'), { recursive: true });
  return directory;
}

function synthesize(stage: string): string {
  const outdir = mkdtempSync(join(tmpdir(), `assembly-${stage}-`));
  const app = new App({
    ...REPRODUCIBLE,
    outdir,
    context: {
      ...REPRODUCIBLE.context,
      ...cdkJsonContext(),
      '@aws-cdk/core:validateAgainstDefaultRules': false,
    },
  });
  new SpaOnAwsStack(app, stackNameOf(stage), { stageName: stage, ...smallBuilds() });
  app.synth();
  return outdir;
}
