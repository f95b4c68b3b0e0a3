import { encode } from 'uqr';
import type { Html } from './html';
import { html } from './html';

/** Light modules around the code, as readers need them. */
const QUIET_ZONE = 4;

/** A QR code as a drawing in the page: no image to load, no style of its own. */
export function qrCode(text: string): Html {
  const { data, size } = encode(text, { border: QUIET_ZONE, ecc: 'M' });
  const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return html`<svg viewBox="0 0 ${size} ${size}" role="img" aria-label="QR code for the authenticator app">
    <rect width="${size}" height="${size}" fill="#fff" />
    <path d="${dark.join('')}" fill="#000" shape-rendering="crispEdges" />
  </svg>`;
}
