/**
 * Creates an element. Text stays text: nothing from a request is parsed as HTML.
 *
 * @param {string} tag
 * @param {Readonly<Record<string, string | boolean | undefined>>} attributes `undefined` and `false` omit one
 * @param {...(Node | string | undefined)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, '');
    else if (value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/**
 * Returns the element with an id.
 *
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new TypeError(`The page has no ${type.name} #${id}.`);
  return element;
}

/** Formats a duration: `250 ms`, `1.2 ms`, `3.4 s`. @param {number} ms */
export function formatMs(ms) {
  if (ms >= 10_000) return `${Math.round(ms / 1_000)} s`;
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${ms >= 100 ? Math.round(ms) : ms} ms`;
}

/** Returns the name of an entry point. @param {import('../src/console/request-log').EntryPoint} via */
export function entryPointName(via) {
  return { distribution: 'site', 'execute-api': 'API Gateway (direct)', 'sign-in': 'sign-in' }[via];
}

/** Returns `2` to `5`, which selects the color. @param {number} status */
export function statusClass(status) {
  return String(status).slice(0, 1);
}

/**
 * Returns the path, with the names of the query parameters if there are any.
 *
 * @param {{ readonly path: string, readonly queryNames: readonly string[] }} request
 */
export function pathWithNames({ path, queryNames }) {
  return queryNames.length === 0 ? path : `${path}?${queryNames.map((name) => `${name}=…`).join('&')}`;
}
