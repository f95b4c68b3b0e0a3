import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from './template';
import { Value } from './value';

/** There is nothing to check where one looked: `message` says what to run. */
export class UnreadableAssembly extends Error {
  readonly code = 'ERR_UNREADABLE_ASSEMBLY';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnreadableAssembly';
  }
}

/** One stack of a cloud assembly: its template and what the assembly says about its deployment. */
export interface SynthesizedStack {
  readonly name: string;
  readonly template: Template;
  /** The region it was synthesized for; absent when it goes to whichever is configured at deployment. */
  readonly region?: string;
  readonly terminationProtection: boolean;
  /** The template's file, for tools that read it themselves; absent when it was made in memory. */
  readonly templateFile?: string;
}

/**
 * Reads the stacks of a cloud assembly, `cdk.out`.
 *
 * @throws {UnreadableAssembly} when there is none, or it is not one
 */
export function readAssembly(directory: string): readonly SynthesizedStack[] {
  const manifest = new Value(readJson(join(directory, 'manifest.json')), 'manifest.json');
  const stacks = manifest
    .get('artifacts')
    .entries.filter(([, artifact]) => artifact.get('type').text === 'aws:cloudformation:stack')
    .map(([id, artifact]) => stackOf(directory, id, artifact));
  if (stacks.length === 0) {
    throw new UnreadableAssembly(`${directory} holds no stack: run 'npx nx synth infra' again`);
  }
  return stacks;
}

/**
 * Reads one template file that is in no assembly.
 *
 * @throws {UnreadableAssembly} when there is none, or it is not one
 */
export function readTemplate(file: string): SynthesizedStack {
  return { name: file, template: templateIn(file), terminationProtection: false, templateFile: file };
}

function stackOf(directory: string, id: string, artifact: Value): SynthesizedStack {
  const templateFile = join(directory, artifact.get('properties', 'templateFile').text);
  const region = /^aws:\/\/[^/]+\/(.+)$/.exec(artifact.get('environment').text)?.[1];
  return {
    name: artifact.get('properties', 'stackName').literal ?? id,
    template: templateIn(templateFile),
    ...(region === undefined || region === 'unknown-region' ? {} : { region }),
    terminationProtection: artifact.get('properties', 'terminationProtection').boolean ?? false,
    templateFile,
  };
}

function templateIn(file: string): Template {
  const template = new Template(readJson(file));
  if (template.resources.length === 0) {
    throw new UnreadableAssembly(
      `${file} has no Resources: name a CloudFormation template in JSON, as 'npx nx synth infra' writes it`,
    );
  }
  return template;
}

function readJson(file: string): unknown {
  if (!existsSync(file)) {
    throw new UnreadableAssembly(`${file} does not exist: run 'npx nx synth infra' first`);
  }
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new UnreadableAssembly(`${file} is not JSON: run 'npx nx synth infra' again`, { cause });
  }
}
