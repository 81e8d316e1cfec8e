// The library in one file: its modules one by one are three hundred, and loading them took ten times as long as this, and longer than all drawings.
import { init } from "echarts/dist/echarts.esm.min.mjs";
import { layOut, type Size } from "./layout.ts";
import type { Picture } from "./picture.ts";
import { compactSvg } from "./svg.ts";

/** The drawing as an SVG element, without title and legend: the same picture and size give the same text. Import lazily. */
export function drawPicture(picture: Picture, size: Size): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: size.width, height: size.height });
  try {
    chart.setOption(layOut(picture.chart, size));
    return compactSvg(chart.renderToSVGString(), `${picture.name}-${size.width}`);
  } finally {
    chart.dispose();
  }
}
