import type { ReactNode } from 'react';

/** Props of {@link DataTable}. */
export interface DataTableProps {
  caption: string;
  /** Headers of the two columns. */
  headers: [string, string];
  rows: { key: string; name: ReactNode; description: string; value: ReactNode }[];
  /** Parts that only screen readers see. @default none */
  hidden?: 'caption' | 'caption and headers';
}

/** Table with two columns: a name with a description, and a value. */
export function DataTable({ caption, headers, rows, hidden }: DataTableProps) {
  return (
    <table className="data-table">
      <caption className={hidden && 'visually-hidden'}>{caption}</caption>
      <thead className={hidden === 'caption and headers' ? 'visually-hidden' : undefined}>
        <tr>
          <th scope="col">{headers[0]}</th>
          <th scope="col">{headers[1]}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, description, value }) => (
          <tr key={key}>
            <th scope="row">
              {name} <span className="description">{description}</span>
            </th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
