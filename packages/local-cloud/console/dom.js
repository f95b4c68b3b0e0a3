/**
 * Makes an element. Text is always text: nothing that a request brought is read as HTML.
 *
 * @param {string} tag
 * @param {Readonly<Record<string, string | boolean | undefined>>} attributes `undefined` and `false` leave one out
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
 * The element of the page with this id.
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

/**
 * `250 ms`, `1.2 ms`, `3.4 s`.
 *
 * @param {number} ms
 */
export function spellMs(ms) {
  if (ms >= 10_000) return `${Math.round(ms / 1_000)} s`;
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${ms >= 100 ? Math.round(ms) : ms} ms`;
}

/**
 * In the words of the page.
 *
 * @param {import('../src/console/request-log').Door} via
 */
export function doorName(via) {
  return { distribution: 'site', 'execute-api': 'API, around the site', 'sign-in': 'sign-in' }[via];
}

/**
 * `2` to `5`: what colours it.
 *
 * @param {number} status
 */
export function statusClass(status) {
  return String(status).slice(0, 1);
}

/**
 * A path with a question mark and the names of the parameters, if there were any.
 *
 * @param {{ readonly path: string, readonly queryNames: readonly string[] }} request
 */
export function pathWithNames({ path, queryNames }) {
  return queryNames.length === 0 ? path : `${path}?${queryNames.map((name) => `${name}=…`).join('&')}`;
}
