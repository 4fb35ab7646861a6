/** Colours for the fractions from 0 to 1: the same maps as in a run's report. */

/** Perceptually uniform, and the same to people who do not tell red from green: viridis, by N. Smith and S. van der Walt (CC0). */
const VIRIDIS = [
  0x440154, 0x481a6c, 0x472f7d, 0x414487, 0x39568c, 0x31688e, 0x2a788e, 0x23888e,
  0x1f988b, 0x22a884, 0x35b779, 0x54c568, 0x7ad151, 0xa5db36, 0xd2e21b, 0xfde725,
];
/** Blue below, near white in the middle, red above: RdBu of ColorBrewer, by C. Brewer. */
const BLUE_RED = [
  0x053061, 0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b, 0x67001f,
];
const SHADES = 256;
const NOT_FINITE = [128, 128, 128];

/** 256 colours between the anchors, as bytes red, green, blue. */
function shades(anchors) {
  const bytes = new Uint8Array(3 * SHADES);
  for (let i = 0; i < SHADES; i++) {
    const place = (i / (SHADES - 1)) * (anchors.length - 1);
    const below = Math.min(Math.floor(place), anchors.length - 2);
    for (let part = 0; part < 3; part++) {
      const shift = 16 - 8 * part;
      const from = (anchors[below] >> shift) & 0xff;
      const to = (anchors[below + 1] >> shift) & 0xff;
      bytes[3 * i + part] = Math.round(from + (place - below) * (to - from));
    }
  }
  return bytes;
}

export const MAPS = {viridis: shades(VIRIDIS), blueRed: shades(BLUE_RED)};

/** The smallest and largest finite value of all arrays. */
export function rangeOf(...arrays) {
  let low = Infinity;
  let high = -Infinity;
  for (const values of arrays) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

/** The range with 0 in its middle. */
export function aroundZero(values) {
  const [low, high] = rangeOf(values);
  const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  return [-most, most];
}

/** Paints rows × columns values into a canvas, a pixel for each; the style sheet makes them larger. */
export function paint(canvas, {values, rows, columns, map, range: [low, high]}) {
  canvas.width = columns;
  canvas.height = rows;
  const pen = canvas.getContext('2d');
  const image = pen.createImageData(columns, rows);
  const scale = (SHADES - 1) / (high - low || 1);
  for (let i = 0; i < values.length; i++) {
    const at = 4 * i;
    const shade = 3 * Math.max(0, Math.min(SHADES - 1, Math.round((values[i] - low) * scale)));
    for (let part = 0; part < 3; part++) {
      image.data[at + part] = Number.isFinite(values[i]) ? map[shade + part] : NOT_FINITE[part];
    }
    image.data[at + 3] = 255;
  }
  pen.putImageData(image, 0, 0);
}

/** The colours of a map from left to right, for a scale beside the picture. */
export function paintScale(canvas, map) {
  paint(canvas, {values: Float32Array.from({length: SHADES}, (_, i) => i), rows: 1, columns: SHADES, map, range: [0, SHADES - 1]});
}
