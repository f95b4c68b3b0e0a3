import type { MessageView } from '../../src/console/message-view';
import { Scroll } from './scroll';

interface MessageProps {
  readonly title: string;
  readonly message: MessageView;
}

/** Headers and body of a request or a response. */
export function Message({ title, message: { headers, body } }: MessageProps) {
  return (
    <details className="more message-of">
      <summary>
        {title}: {headers.length} {headers.length === 1 ? 'header' : 'headers'}
        {body ? `, body of ${formatBytes(body.size)}` : ''}
      </summary>
      <Scroll label={`Headers of the ${title.toLowerCase()}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Header</th>
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            {headers.map(([name, value], index) => (
              <tr key={index}>
                <th scope="row">{name}</th>
                <td className="technical">{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {body?.text !== undefined && (
        <Scroll label={`Body of the ${title.toLowerCase()}`}>
          <pre>{body.text}</pre>
        </Scroll>
      )}
      {body && (
        <p className="hint">
          {body.text === undefined
            ? 'Only the size of this body is stored: it is not text.'
            : !body.isComplete && 'Only the beginning of this body is stored.'}
        </p>
      )}
    </details>
  );
}

function formatBytes(bytes: number): string {
  return bytes < 1_024 ? `${bytes} B` : `${(bytes / 1_024).toFixed(1)} kB`;
}
