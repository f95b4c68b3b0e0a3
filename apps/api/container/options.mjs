import { parseArgs } from 'node:util';
import { OptionError } from './errors.mjs';

/**
 * One option of a command.
 *
 * @typedef {object} Option
 * @property {'string' | 'boolean'} type
 * @property {string} what the line of help
 * @property {string} [value] how the help calls its value
 * @property {RegExp} [pattern] what the value looks like
 * @property {string | boolean} [default]
 */

/**
 * @typedef {object} Usage
 * @property {string} command as people type it
 * @property {string} summary
 * @property {Readonly<Record<string, Option>>} options
 */

/**
 * Reads the command line.
 *
 * @param {Usage} usage
 * @param {readonly string[]} args
 * @returns {Record<string, string | boolean | undefined>} the values of the options that are given, `help` included
 * @throws {OptionError} with the list of options that are right
 */
export function readOptions(usage, args) {
  const options = { ...usage.options, help: { type: /** @type {const} */ ('boolean') } };
  /** @param {string} problem */
  const refuse = (problem) => new OptionError(`${problem}\n\n${helpText(usage)}`);
  /** @type {Record<string, string | boolean | undefined>} */
  let values;
  try {
    values = parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw refuse(String(/** @type {Error} */ (error).message.split('. ')[0]));
  }
  for (const [name, { pattern, value }] of Object.entries(usage.options)) {
    const given = values[name];
    if (given !== undefined && pattern && !pattern.test(String(given)))
      throw refuse(`--${name} is ${JSON.stringify(given)}, not ${value}`);
  }
  return values;
}

/**
 * @param {Usage} usage
 */
export function helpText({ command, summary, options }) {
  const rows = Object.entries({ ...options, help: { what: 'show this', value: undefined } }).map(
    ([name, { value, what }]) => [`--${name}${value ? ` <${value}>` : ''}`, what],
  );
  const width = Math.max(...rows.map(([option]) => String(option).length));
  const lines = rows.map(([option, what]) => `  ${String(option).padEnd(width)}  ${what}`);
  return `${command} [options]\n${summary}\n\nOptions:\n${lines.join('\n')}\n`;
}
