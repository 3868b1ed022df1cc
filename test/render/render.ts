import type { Document } from '../../src/model/document.ts';
import { type Format, formats, type Renderer, rendererOf } from '../../src/render/index.ts';
import type { RenderOptions } from '../../src/render/options.ts';

const loaded: ReadonlyMap<Format, Renderer> = new Map(
  await Promise.all(formats.map(async (format) => [format, await rendererOf(format)] as const)),
);

/** Renders a document; every renderer is loaded already. */
export function render(document: Document, format: Format, options: RenderOptions): string {
  const renderer = loaded.get(format);
  if (!renderer) throw new Error(`no renderer for ${format}`);
  return renderer(document, options);
}
