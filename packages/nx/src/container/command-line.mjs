import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { OptionError } from './errors.mjs';

/**
 * A command and its options, as Nx wants an executor's schema, with the environment variable that may stand for each.
 *
 * @typedef {object} Schema
 * @property {string} description
 * @property {Readonly<Record<string, { type: 'string' | 'boolean', description: string, variable: string }>>} properties
 * @property {readonly { command: string, description: string }[]} examples
 */

/**
 * @param {string} command
 * @returns {Schema}
 */
export function readSchema(command) {
  return JSON.parse(readFileSync(join(import.meta.dirname, `${command}.schema.json`), 'utf8'));
}

/**
 * Reads options, and where one is not given its environment variable.
 *
 * @param {Schema} schema
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Record<string, string | boolean | undefined>} the values of what is given, `help` included
 * @throws {OptionError} with the list of options that are right
 */
export function readCommandLine(schema, args, env) {
  const properties = Object.entries(schema.properties);
  /** @type {import('node:util').ParseArgsConfig['options']} */
  const options = Object.fromEntries(properties.map(([name, { type }]) => [name, { type }]));
  /** @type {Record<string, string | boolean | undefined>} */
  const given = {};
  try {
    const { values } = parseArgs({ args: [...args], options: { ...options, help: { type: 'boolean' } } });
    Object.assign(given, values);
  } catch (error) {
    const problem = /** @type {Error} */ (error).message.split('. ')[0];
    throw new OptionError(`${problem}.\n\n${helpText(schema)}`);
  }
  for (const [name, { type, variable }] of properties) {
    const text = env[variable];
    if (text) given[name] ??= type === 'boolean' ? text !== 'false' : text;
  }
  return given;
}

/** @param {Schema} schema */
export function helpText({ description, properties, examples }) {
  const options = Object.entries(properties).map(([name, { type, description: what, variable }]) => [
    `--${name}${type === 'boolean' ? '' : `=<${name}>`}`,
    `${what} [${variable}]`,
  ]);
  const uses = examples.map(({ command, description: what }) => [command, what]);
  return `${description}\n\nOptions:\n${table([...options, ['--help', 'this list']])}\n\nExamples:\n${table(uses)}\n`;
}

/** @param {string[][]} rows */
function table(rows) {
  const width = Math.max(...rows.map(([left]) => String(left).length));
  return rows.map(([left, right]) => `  ${String(left).padEnd(width)}  ${right}`).join('\n');
}
