/** SVG -> PNG, for mail clients, which show no SVG. The only place that knows resvg and its font. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

const require = createRequire(import.meta.url);
const bytesOf = (file: string): Buffer => readFileSync(require.resolve(file));

/**
 * A mail server has seldom a font of its own. DejaVu Sans knows Latin, Greek, Cyrillic, Arabic; condensed, it is as
 * wide as the Helvetica that ECharts reckons with.
 */
const FONT = 'dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf';
const FAMILY = 'DejaVu Sans Condensed';

/** Two pixels of the picture for one of the page, for screens that have them. */
const DENSITY = 2;

await initWasm(bytesOf('@resvg/resvg-wasm/index_bg.wasm'));
const font = bytesOf(FONT);

/** Draws an SVG document as PNG, at twice its size. */
export function pngOf(svg: string): Buffer {
  const resvg = new Resvg(svg, {
    font: { fontBuffers: [font], defaultFontFamily: FAMILY, sansSerifFamily: FAMILY },
    fitTo: { mode: 'zoom', value: DENSITY },
  });
  const image = resvg.render();
  const png = Buffer.from(image.asPng());
  image.free();
  resvg.free();
  return png;
}
