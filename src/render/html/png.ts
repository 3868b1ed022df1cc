/** SVG -> PNG, for mail clients, which show no SVG. The only place that knows resvg and its font. */
import { readFileSync } from 'node:fs';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

/** The build lays the file beside the bundle. */
const WASM = new URL('../../../node_modules/@resvg/resvg-wasm/index_bg.wasm', import.meta.url);

/** A mail server has seldom a font of its own. This one knows Latin, Greek, Cyrillic and Hebrew. */
const FONT = new URL(
  '../../../node_modules/@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf',
  import.meta.url,
);
const FAMILY = 'Arimo';

/** Two pixels of the picture for one of the page, for screens that have them. */
const DENSITY = 2;

const font = readFileSync(FONT);
let ready: Promise<void> | null = null;

/** Draws an SVG document on paper, as PNG at twice its size. */
export async function pngOf(svg: string): Promise<Buffer> {
  ready ??= initWasm(readFileSync(WASM));
  await ready;
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
