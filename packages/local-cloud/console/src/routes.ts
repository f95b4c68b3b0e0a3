import type { MapEdge } from '../../src/console/topology-map';

/** Place of a node or part on the map, in pixels. Left and right of a part are those of its node. */
export interface Place {
  /** Index of its column among those that have nodes. */
  readonly column: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

type Point = readonly [x: number, y: number];

/** An edge and the corners of its line. */
export interface Route extends MapEdge {
  readonly points: readonly Point[];
}

/** Distance between lines below the nodes. */
const LANE_PX = 10;
/** Where a line enters or leaves a node, below its top: beside its name. */
const MAX_DEPTH_PX = 26;

/**
 * Draws each edge as horizontal and vertical lines between the nodes: no line passes behind a node, and no two lines lie on
 * each other. An edge to the next column turns in the gap between the two columns. Any other edge turns down there, passes
 * below all nodes and up to its end.
 */
export function routeEdges(edges: readonly MapEdge[], places: ReadonlyMap<string, Place>): Route[] {
  const drawn = edges.flatMap((edge) => {
    const start = places.get(edge.from);
    const end = places.get(edge.to);
    return start && end ? [{ edge, start, end }] : [];
  });
  type Drawn = (typeof drawn)[number];
  const all = [...places.values()];
  const bottom = Math.max(0, ...all.map((place) => place.bottom));
  const isBelow = ({ start, end }: Drawn): boolean =>
    end.column === start.column &&
    end.top >= start.bottom &&
    !all.some(({ column, top }) => column === start.column && top >= start.bottom && top < end.top - 1);
  /** Distributes the lines that leave or enter a place over its height. */
  const spread = (one: Drawn, side: 'start' | 'end'): number => {
    const place = one[side];
    const other = side === 'start' ? 'end' : 'start';
    const beside = drawn
      .filter((each) => each[side] === place && !isBelow(each))
      .sort((a, b) => a[other].top - b[other].top);
    const height = Math.min(place.bottom - place.top, MAX_DEPTH_PX * beside.length);
    return place.top + ((beside.indexOf(one) + 0.5) * height) / Math.max(1, beside.length);
  };
  const ends = drawn.map((one) => ({ one, from: spread(one, 'start'), to: spread(one, 'end') }));
  type Ends = (typeof ends)[number];
  const isAdjacent = ({ one: { start, end } }: Ends): boolean => end.column === start.column + 1;
  const turning = ends.filter(({ one }) => !isBelow(one));
  /** Lines that turn in the gap right of a column, in an order in which they cross least. */
  const inGap = (column: number): { readonly line: Ends; readonly part: 'out' | 'in' }[] => {
    const out = turning.filter(({ one }) => one.start.column === column);
    const into = turning.filter((line) => line.one.end.column === column + 1 && !isAdjacent(line));
    // A line down turns before those that start above it, a line up before those that start below it.
    const rank = (line: Ends): number => (goesUp(line) ? line.from : -line.from);
    return [
      ...out.toSorted((a, b) => rank(a) - rank(b)).map((line) => ({ line, part: 'out' as const })),
      ...into.map((line) => ({ line, part: 'in' as const })),
    ];
  };
  const goesUp = (line: Ends): boolean => isAdjacent(line) && line.to < line.from;
  const laneX = (line: Ends, part: 'out' | 'in'): number => {
    const column = part === 'out' ? line.one.start.column : line.one.end.column - 1;
    const lines = inGap(column);
    const at = lines.findIndex((each) => each.line === line && each.part === part);
    const left = Math.max(...all.filter((place) => place.column === column).map(({ right }) => right), 0);
    const next = all.filter((place) => place.column === column + 1).map((place) => place.left);
    const right = next.length > 0 ? Math.min(...next) : left + LANE_PX * (lines.length + 1);
    return left + ((at + 1) * (right - left)) / (lines.length + 1);
  };
  const long = turning.filter((line) => !isAdjacent(line));
  return ends.map((line) => {
    const { one, from, to } = line;
    const { start, end, edge } = one;
    if (isBelow(one)) {
      const x = Math.max(start.left, end.left) + MAX_DEPTH_PX;
      return {
        ...edge,
        points: [
          [x, start.bottom],
          [x, end.top],
        ],
      };
    }
    const x1 = laneX(line, 'out');
    if (isAdjacent(line))
      return {
        ...edge,
        points: [
          [start.right, from],
          [x1, from],
          [x1, to],
          [end.left, to],
        ],
      };
    const x2 = laneX(line, 'in');
    const y = bottom + LANE_PX * (long.indexOf(line) + 1);
    return {
      ...edge,
      points: [
        [start.right, from],
        [x1, from],
        [x1, y],
        [x2, y],
        [x2, to],
        [end.left, to],
      ],
    };
  });
}

const RADIUS_PX = 6;

/** Returns the path data of a line with rounded corners. */
export function roundedPath(points: readonly Point[]): string {
  return points
    .map(([x, y], index) => {
      const before = points[index - 1];
      const after = points[index + 1];
      if (!before) return `M${x} ${y}`;
      if (!after) return `L${x} ${y}`;
      const [fromX, fromY] = towards([x, y], before);
      const [toX, toY] = towards([x, y], after);
      return `L${fromX} ${fromY}Q${x} ${y} ${toX} ${toY}`;
    })
    .join('');
}

/** Returns the point on the line from a corner to another point where its curve ends. */
function towards([x, y]: Point, [otherX, otherY]: Point): Point {
  const length = Math.hypot(otherX - x, otherY - y) || 1;
  const share = Math.min(RADIUS_PX, length / 2) / length;
  return [x + (otherX - x) * share, y + (otherY - y) * share];
}
