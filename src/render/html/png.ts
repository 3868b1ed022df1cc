/** SVG -> PNG, for mail clients, which show no SVG. The only place that knows resvg and its font. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

const require = createRequire(import.meta.url);
const bytesOf = (file: string): Buffer => readFileSync(require.resolve(file));

/** A mail server has seldom a font of its own. This one knows Latin, Greek and Cyrillic, and is narrow. */
const FONT = '@expo-google-fonts/ubuntu-condensed/400Regular/UbuntuCondensed_400Regular.ttf';
const FAMILY = 'Ubuntu Condensed';

/** Two pixels of the picture for one of the page, for screens that have them. */
const DENSITY = 2;

await initWasm(bytesOf('@resvg/resvg-wasm/index_bg.wasm'));
const font = bytesOf(FONT);

/** Draws an SVG document on paper, as PNG at twice its size. */
export function pngOf(svg: string): Buffer {
  const resvg = new Resvg(svg, {
    background: '#ffffff',
    font: { fontBuffers: [font], defaultFontFamily: FAMILY, sansSerifFamily: FAMILY },
    fitTo: { mode: 'zoom', value: DENSITY },
  });
  const image = resvg.render();
  const png = Buffer.from(image.asPng());
  image.free();
  resvg.free();
  return png;
}
