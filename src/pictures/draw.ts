import { HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, MarkAreaComponent, VisualMapComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { layOut, type Size } from "./layout.ts";
import type { Picture } from "./picture.ts";
import { compactSvg } from "./svg.ts";

use([LineChart, ScatterChart, HeatmapChart, GridComponent, MarkAreaComponent, VisualMapComponent, SVGRenderer]);

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
