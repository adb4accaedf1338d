/**
 * The layout of the map: agents, their bases, and in them what lies there, each as large as its bytes. Horizontal
 * positions are shares of the width, so that one layout fits a range of widths; vertical ones are pixels. Pure.
 */
import { hierarchy, type HierarchyRectangularNode, treemap } from "d3-hierarchy";
import { number, size } from "../format.ts";
import { groupBy } from "./group-by.ts";
import type { ItemState, ReportItem } from "./items.ts";

export interface MapShape {
  /** The width that it is laid out for, and its height, in pixels. */
  readonly width: number;
  readonly height: number;
  /** More cells than this are too many to tell apart, or to draw at once. */
  readonly most: number;
}

export interface MapCell {
  readonly kind: "cell";
  readonly box: Box;
  /** Null: several that would be too small by themselves. */
  readonly item: ReportItem | null;
  readonly label: string;
  readonly size: string;
  readonly state: ItemState;
  readonly frees: boolean;
}

/** The name of an agent or of a base above its cells. */
export interface MapHeading {
  readonly kind: "heading";
  readonly box: Box;
  readonly label: string;
  readonly depth: number;
}

export interface Box {
  /** Percent of the width. */
  readonly x: number;
  readonly width: number;
  /** Pixels. */
  readonly y: number;
  readonly height: number;
}

/** A square of 11 pixels: less can neither be seen well nor pointed at. */
const LEAST_AREA = 120;
const HEADING_HEIGHT = 20;
/** Less has no room for a heading and for cells below it. */
const HEADED = { width: 60, height: 2.5 * HEADING_HEIGHT };

interface MapNode {
  readonly label: string;
  /** What may be cut off behind label and size. */
  readonly rest?: string;
  readonly bytes?: number;
  readonly item?: ReportItem;
  readonly state?: ItemState;
  readonly frees?: boolean;
  readonly children?: readonly MapNode[];
}

/** What has no size, or an unknown one, has no cell. */
export function mapOf(items: readonly ReportItem[], shape: MapShape): readonly (MapCell | MapHeading)[] {
  const root = hierarchy<MapNode>(treeOf(items, shape), ({ children }) => children).sum(({ bytes = 0 }) => bytes);
  // Squares come out best where the largest is laid out first.
  root.sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const layout = treemap<MapNode>()
    .size([shape.width, shape.height])
    .paddingInner(2)
    .paddingTop((node) => (hasHeading(node) ? HEADING_HEIGHT : 0))
    .round(true);
  return layout(root)
    .descendants()
    .flatMap((node) => shownOf(node, shape));
}

function shownOf(node: HierarchyRectangularNode<MapNode>, shape: MapShape): readonly (MapCell | MapHeading)[] {
  const { label, rest = "", item = null, state, frees = false } = node.data;
  const box = boxOf(node, shape);
  if (box.width <= 0 || box.height <= 0) return [];
  const bytes = size(node.value ?? 0);
  if (state !== undefined) return [{ kind: "cell", box, item, label, size: bytes, state, frees }];
  if (!hasHeading(node)) return [];
  return [
    {
      kind: "heading",
      box: { ...box, height: HEADING_HEIGHT },
      label: `${label} ${bytes} ${rest}`.trim(),
      depth: node.depth,
    },
  ];
}

function hasHeading({ depth, children, x0, x1, y0, y1 }: HierarchyRectangularNode<MapNode>): boolean {
  return depth > 0 && children !== undefined && x1 - x0 >= HEADED.width && y1 - y0 >= HEADED.height;
}

function boxOf({ x0, x1, y0, y1 }: HierarchyRectangularNode<MapNode>, { width }: MapShape): Box {
  const percent = (pixels: number): number => Math.round((pixels / width) * 10_000) / 100;
  return { x: percent(x0), width: percent(x1 - x0), y: y0, height: y1 - y0 };
}

function treeOf(items: readonly ReportItem[], { width, height, most }: MapShape): MapNode {
  const sized = items.filter(({ bytes }) => bytes !== null && bytes > 0);
  const total = sized.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const ordered = sized.toSorted((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0));
  const least = (LEAST_AREA / (width * height)) * total;
  const alone = new Set(ordered.slice(0, most).filter(({ bytes }) => (bytes ?? 0) >= least));
  const agents = [...groupBy(ordered, ({ agent }) => agent)].map(([agent, own]) => agentNode(agent, own, alone));
  return { label: "", children: agents };
}

/** A single base needs no heading of its own below that of its agent. */
function agentNode(agent: string, items: readonly ReportItem[], alone: ReadonlySet<ReportItem>): MapNode {
  const bases = [...groupBy(items, ({ place }) => place)].map(([place, own]) => ({
    label: place,
    children: cellNodes(own, alone),
  }));
  const [only] = bases;
  if (bases.length === 1 && only !== undefined) return { label: agent, rest: only.label, children: only.children };
  return { label: agent, children: bases };
}

/** Small ones are put together with others of their colour. */
function cellNodes(items: readonly ReportItem[], alone: ReadonlySet<ReportItem>): readonly MapNode[] {
  const small = groupBy(
    items.filter((item) => !alone.has(item)),
    ({ state, frees }) => `${state} ${String(frees)}`,
  );
  return [
    ...items.filter((item) => alone.has(item)).map((item) => cellNode(item, item.name, item)),
    ...[...small.values()].flatMap((group) => groupNode(group)),
  ];
}

function groupNode(group: readonly ReportItem[]): readonly MapNode[] {
  const [first] = group;
  if (first === undefined) return [];
  if (group.length === 1) return [cellNode(first, first.name, first)];
  const bytes = group.reduce((sum, item) => sum + (item.bytes ?? 0), 0);
  return [cellNode({ ...first, bytes }, `${number(group.length)} small ones`, undefined)];
}

function cellNode({ bytes, state, frees }: ReportItem, label: string, item: ReportItem | undefined): MapNode {
  return { label, bytes: bytes ?? 0, state, frees, ...(item === undefined ? {} : { item }) };
}
