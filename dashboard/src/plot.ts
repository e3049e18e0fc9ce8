/** The parts of ECharts that the page uses; loaded with the first chart. */
import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([BarChart, LineChart, GridComponent, MarkLineComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

export interface Plot {
  kind: 'line' | 'bar';
  labels: readonly string[];
  /** null = a gap: unknown is never zero. */
  values: readonly (number | null)[];
  /** A level to compare with. */
  mark?: { value: number; name: string } | null;
  max?: number;
  format: (value: number | null) => string;
  direction: 'ltr' | 'rtl';
}

function optionOf({ kind, labels, values, mark, max, format, direction }: Plot, css: CSSStyleDeclaration) {
  const colour = (name: string) => css.getPropertyValue(name).trim();
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const text = { color: colour('--ink-soft'), fontFamily: css.fontFamily, fontSize: 12 };
  return {
    animation: !calm,
    animationDuration: 400,
    grid: { top: 16, bottom: 4, left: 4, right: 8, containLabel: true },
    tooltip: {
      trigger: 'axis' as const,
      // Drawn, not written as HTML: the page allows no inline styles.
      renderMode: 'richText' as const,
      backgroundColor: colour('--surface-raised'),
      borderColor: colour('--line'),
      textStyle: { ...text, color: colour('--ink') },
      valueFormatter: (value: unknown) => format(typeof value === 'number' ? value : null),
      axisPointer: { type: 'line' as const, lineStyle: { color: colour('--line-strong') } },
    },
    xAxis: {
      type: 'category' as const,
      // What is not known leaves a gap, which must not look like a zero.
      data: labels.map((label, at) => (values[at] === null ? `${label}\n?` : label)),
      inverse: direction === 'rtl',
      axisLabel: { ...text, hideOverlap: true, lineHeight: 17 },
      axisLine: { lineStyle: { color: colour('--line-strong') } },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value' as const,
      position: direction === 'rtl' ? ('right' as const) : ('left' as const),
      ...(max === undefined ? {} : { max, interval: max / 4 }),
      // A level to compare with is always in sight.
      ...(mark && max === undefined
        ? { max: (seen: { max: number }) => Math.ceil(2 * Math.max(seen.max, mark.value)) / 2 }
        : {}),
      min: 0,
      splitNumber: 3,
      axisLabel: { ...text, formatter: (value: number) => format(value) },
      splitLine: { lineStyle: { color: colour('--line') } },
    },
    series: [
      {
        type: kind,
        data: [...values],
        itemStyle: { color: colour('--accent'), borderRadius: kind === 'bar' ? [4, 4, 0, 0] : 0 },
        lineStyle: { width: 2.5 },
        barMaxWidth: 26,
        symbol: 'circle',
        symbolSize: 6,
        showSymbol: values.length < 16,
        areaStyle: kind === 'line' ? { color: colour('--accent'), opacity: 0.09 } : undefined,
        markLine: mark
          ? {
              silent: true,
              symbol: 'none',
              lineStyle: { color: colour('--warm'), type: 'dashed' as const, width: 1.5 },
              label: {
                ...text,
                color: colour('--warm'),
                backgroundColor: colour('--surface'),
                padding: [1, 4],
                borderRadius: 4,
                formatter: mark.name,
                position: 'insideEndTop' as const,
              },
              data: [{ yAxis: mark.value }],
            }
          : undefined,
      },
    ],
  };
}

/** Draws, and draws again when the size or the colours change. Gives back how to end it. */
export function draw(element: HTMLElement, plot: Plot): () => void {
  const chart = init(element, null, { renderer: 'canvas' });
  const paint = () => chart.setOption(optionOf(plot, getComputedStyle(element)), true);
  paint();
  const sizes = new ResizeObserver(() => chart.resize());
  sizes.observe(element);
  const looks = new MutationObserver(paint);
  looks.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', paint);
  return () => {
    sizes.disconnect();
    looks.disconnect();
    dark.removeEventListener('change', paint);
    chart.dispose();
  };
}
