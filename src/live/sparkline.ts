const BLOCKS = " ▁▂▃▄▅▆▇█";
const LEVELS = BLOCKS.length - 1;

/**
 * Columns of blocks from 0 up, `rows` high, the last value at the right end. What is above 0 shows; null is a gap. `top`: what
 * fills a column.
 */
export function drawSparkline(
  values: readonly (number | null)[],
  { width, rows, top }: { readonly width: number; readonly rows: number; readonly top: number },
): readonly string[] {
  const shown = values.slice(-width);
  const heights = shown.map((value) => {
    if (value === null || value <= 0 || top <= 0) return 0;
    return Math.max(1, Math.round(Math.min(1, value / top) * rows * LEVELS));
  });
  return Array.from({ length: rows }, (_, row) => {
    const below = (rows - 1 - row) * LEVELS;
    return heights.map((height) => BLOCKS[Math.min(LEVELS, Math.max(0, height - below))] ?? " ").join("");
  });
}
