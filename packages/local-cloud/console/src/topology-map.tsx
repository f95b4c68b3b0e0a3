import { Fragment, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { MapNode, MapPart, TopologyMap as Topology } from '../../src/console/topology-map';
import { type Place, type Route, roundedPath, routeEdges } from './routes';
import { useStored } from './stored';

interface TopologyMapProps {
  readonly map: Topology;
  /** Ids of the nodes and parts that the selected request passed, in order. */
  readonly path: readonly string[];
  /** Class of its status, `2` to `5`. */
  readonly status: string;
}

/** The resources on the request path, and the path of the selected request. */
export function TopologyMap({ map, path, status }: TopologyMapProps) {
  const [isOpen, setIsOpen] = useStored('map', matchMedia('(width >= 48rem)').matches);
  const [hasDetails, setHasDetails] = useStored('map-details', false);
  const names = new Map(
    map.nodes
      .flatMap((node) => [node, ...node.parts.map((part) => ({ id: part.id, name: part.title }))])
      .map(({ id, name }) => [id, name]),
  );
  const passed = path.map((id) => names.get(id) ?? '').filter((name) => name !== '');
  return (
    <section className="map" aria-labelledby="map-title">
      <div className="map-bar">
        <h2 id="map-title">
          <button
            type="button"
            className="fold"
            aria-expanded={isOpen}
            aria-controls="map"
            onClick={() => setIsOpen(!isOpen)}
          >
            Request path
          </button>
        </h2>
        <p className="hint">
          {passed.length === 0 ? 'Select a request to see its path.' : `Path: ${passed.join(' → ')}.`}
        </p>
        {isOpen && (
          <button type="button" aria-pressed={hasDetails} onClick={() => setHasDetails(!hasDetails)}>
            Details
          </button>
        )}
      </div>
      {isOpen && <MapBody map={map} path={path} status={status} hasDetails={hasDetails} />}
    </section>
  );
}

interface MapBodyProps extends TopologyMapProps {
  readonly hasDetails: boolean;
}

function MapBody({ map, path, status, hasDetails }: MapBodyProps) {
  const { nodes, edges } = map;
  const body = useRef<HTMLDivElement>(null);
  const [routes, setRoutes] = useState<readonly Route[]>([]);
  useLayoutEffect(() => {
    if (body.current) setRoutes(routeEdges(edges, placesIn(body.current)));
  }, [edges, nodes, hasDetails]);
  useEffect(() => {
    const element = body.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setRoutes(routeEdges(edges, placesIn(element))));
    observer.observe(element);
    return () => observer.disconnect();
  }, [edges]);

  const isTravelled = ({ from, to }: Route): boolean =>
    path.includes(from) && path.indexOf(from) < path.indexOf(to);
  // Travelled lines are drawn last, so that they lie on top.
  const drawn = routes.toSorted((a, b) => Number(isTravelled(a)) - Number(isTravelled(b)));
  const nameOf = new Map(nodes.map(({ id, name }) => [id, name]));
  const leadsTo = (id: string): string =>
    edges.flatMap(({ from, to }) => (from === id ? [nameOf.get(to) ?? ''] : [])).join(' and ');
  const columns = [...Map.groupBy(nodes, ({ column }) => column).values()];
  const classes = ['map-body', hasDetails && 'detailed', path.length > 0 && 'has-path'];
  return (
    <div className={classes.filter(Boolean).join(' ')} id="map" ref={body} data-columns={columns.length}>
      <svg className="arrows" aria-hidden="true">
        <defs>
          {['arrow', 'arrow-travelled'].map((id) => (
            <marker
              key={id}
              id={id}
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="8"
              markerHeight="8"
              markerUnits="userSpaceOnUse"
              orient="auto"
            >
              <path d="M0 0.5 8 4 0 7.5Z" />
            </marker>
          ))}
        </defs>
        {drawn.map((route) => {
          const travelled = isTravelled(route);
          return (
            <path
              key={`${route.from} ${route.to}`}
              className={travelled ? 'line travelled' : 'line'}
              d={roundedPath(route.points)}
              markerEnd={travelled ? 'url(#arrow-travelled)' : 'url(#arrow)'}
            />
          );
        })}
      </svg>
      {columns.map((column) => (
        <ul className="column" key={column[0]?.column}>
          {column.map((node) => (
            <Node key={node.id} node={node} path={path} status={status} leadsTo={leadsTo} />
          ))}
        </ul>
      ))}
    </div>
  );
}

/** Measures the nodes and parts, relative to the map. */
function placesIn(body: HTMLElement): ReadonlyMap<string, Place> {
  const frame = body.getBoundingClientRect();
  const columns = [...body.querySelectorAll('.column')];
  return new Map(
    [...body.querySelectorAll<HTMLElement>('[data-node]')].map((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      const { left, right } = (element.closest('.node') ?? element).getBoundingClientRect();
      const column = columns.findIndex((each) => each.contains(element));
      return [
        element.dataset['node'] ?? '',
        {
          column,
          left: left - frame.left,
          right: right - frame.left,
          top: top - frame.top,
          bottom: bottom - frame.top,
        },
      ];
    }),
  );
}

interface NodeProps {
  readonly node: MapNode;
  readonly path: readonly string[];
  readonly status: string;
  /** Returns the names of the nodes that a node or part leads to. */
  readonly leadsTo: (id: string) => string;
}

function Node({ node, path, status, leadsTo }: NodeProps) {
  const { id, kind, name, role, url, facts, parts } = node;
  const isOn = path.includes(id) || parts.some((part) => path.includes(part.id));
  return (
    <li {...placeProps('node', id, isOn, path, status)} data-kind={kind}>
      <h3>
        <svg className="icon" viewBox="0 0 24 24" width="18" height="18" aria-hidden="true">
          <path
            d={ICONS[kind]}
            fill="none"
            stroke="currentColor"
            strokeWidth="1.6"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
        <span>{breakable(name)}</span>
      </h3>
      <p className="role">{role}</p>
      <LeadsTo names={leadsTo(id)} />
      {url !== '' && (
        <p className="url">
          <a href={url} target="_blank" rel="noreferrer">
            {url.replace(/^https?:\/\//, '')}
          </a>
        </p>
      )}
      {facts.length > 0 && (
        <ul className="node-facts">
          {facts.map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
      )}
      {parts.length > 0 && (
        <ul className="parts">
          {parts.map((part) => (
            <Part key={part.id} part={part} path={path} status={status} leadsTo={leadsTo} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Part({ part, path, status, leadsTo }: Omit<NodeProps, 'node'> & { readonly part: MapPart }) {
  const { id, title, facts, policies } = part;
  return (
    <li {...placeProps('part', id, path.includes(id), path, status)}>
      <code className="part-title">{title}</code>
      <span className="part-facts">{facts.join(' · ')}</span>
      {policies.map(([effect, name]) => (
        <span className="policy" key={`${effect} ${name}`}>
          <span>{effect}</span> <code title={name}>{name}</code>
        </span>
      ))}
      <LeadsTo names={leadsTo(id)} />
    </li>
  );
}

/** Allows a line break before each word of a name such as `SavedGreetingsTable`. */
function breakable(name: string) {
  return name.split(/(?<=[a-z\d])(?=[A-Z])/).map((word, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {word}
    </Fragment>
  ));
}

/** Says what the arrows show, to screen readers and where there is no room for arrows. */
function LeadsTo({ names }: { readonly names: string }) {
  return names === '' ? null : <p className="leads-to">leads to {names}</p>;
}

function placeProps(name: string, id: string, isOn: boolean, path: readonly string[], status: string) {
  const isEnd = id === path.at(-1);
  return {
    className: [name, isOn && 'on-path', isEnd && 'path-end'].filter(Boolean).join(' '),
    'data-node': id,
    ...(isEnd && { 'data-status': status }),
  };
}

const ICONS: Readonly<Record<string, string>> = {
  browser: 'M3 5h18v14H3zM3 9h18M6 7h.01M8.5 7h.01',
  distribution: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  bucket: 'M4 6c0-1.7 16-1.7 16 0l-2 13c-.2 1.6-11.8 1.6-12 0ZM4 6c0 1.7 16 1.7 16 0',
  api: 'M4 21V4l10-1v19zM14 5h5v16H3M11 12h.01',
  authorizer: 'M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM9 12l2 2 4-4',
  'load-balancer': 'M3 12h6M9 12l6-6h6M9 12l6 6h6M9 12h12',
  container: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9',
  function: 'M6 4h4l8 16M11.5 10.5 6 20',
  table: 'M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9',
  elsewhere: 'M7 18a4 4 0 0 1-.5-8 6 6 0 0 1 11.5 1.5A3.5 3.5 0 0 1 17.5 18ZM12 11v4M10.5 13.5 12 15l1.5-1.5',
  'user-pool': 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM5 20c.5-4 3.5-5.5 7-5.5s6.5 1.5 7 5.5',
};
