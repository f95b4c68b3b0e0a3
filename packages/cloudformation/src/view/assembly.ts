import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssemblyNotFoundError, MalformedTemplateError, StackSelectionError } from '../errors';
import { TemplateDocument } from './template';
import { Value } from './value';

/** One stack of a cloud assembly: its template and what the assembly says about its deployment. */
export interface SynthesizedStack {
  readonly name: string;
  readonly template: TemplateDocument;
  /** The region it was synthesized for; absent when it goes to whichever is configured at deployment. */
  readonly region?: string;
  readonly terminationProtection: boolean;
  /** The template's file, for tools that read it themselves; absent when it was made in memory. */
  readonly templateFile?: string;
}

/**
 * Reads a stage's stack from a cloud assembly, `cdk.out`.
 *
 * @throws {AssemblyUnusable} when there is no assembly, or the stage is not in it
 */
export function readStack(directory: string, stage: string): SynthesizedStack {
  const remedy = `npx nx synth infra --stage=${stage}`;
  const manifest = new Value(readJson(join(directory, 'manifest.json'), remedy), 'manifest.json');
  const stacks = manifest
    .get('artifacts')
    .entries.filter(([, artifact]) => artifact.get('type').text === 'aws:cloudformation:stack')
    .map(([id, artifact]) => ({ name: artifact.get('properties', 'stackName').literal ?? id, artifact }));
  const found = stacks.find(({ name }) => name === stage);
  if (!found) {
    const others = stacks.map(({ name }) => name).join(', ') || 'no stack';
    throw new StackSelectionError(`${directory} has ${others}, not ${stage}. ${remedy}`);
  }
  return stackOf(directory, found.name, found.artifact, remedy);
}

/**
 * Reads one template file that is in no assembly.
 *
 * @throws {AssemblyUnusable} when there is none, or it is not one
 */
export function readTemplate(file: string): SynthesizedStack {
  const remedy = 'Name a CloudFormation template in JSON, as npx nx synth infra writes it.';
  return { name: file, template: templateIn(file, remedy), terminationProtection: false, templateFile: file };
}

function stackOf(directory: string, name: string, artifact: Value, remedy: string): SynthesizedStack {
  const templateFile = join(directory, artifact.get('properties', 'templateFile').text);
  const region = /^aws:\/\/[^/]+\/(.+)$/.exec(artifact.get('environment').text)?.[1];
  return {
    name,
    template: templateIn(templateFile, remedy),
    ...(region === undefined || region === 'unknown-region' ? {} : { region }),
    terminationProtection: artifact.get('properties', 'terminationProtection').boolean ?? false,
    templateFile,
  };
}

function templateIn(file: string, remedy: string): TemplateDocument {
  const template = new TemplateDocument(readJson(file, remedy));
  if (template.resources.length === 0) throw new MalformedTemplateError(file, `has no Resources. ${remedy}`);
  return template;
}

function readJson(file: string, remedy: string): unknown {
  if (!existsSync(file)) throw new AssemblyNotFoundError(file, remedy);
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new MalformedTemplateError(file, `not JSON. ${remedy}`, cause);
  }
}
