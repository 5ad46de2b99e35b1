export interface Scraped {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** What Prometheus would get. */
export async function scrape(port: number, path = '/metrics', method = 'GET'): Promise<Scraped> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text: await response.text(),
  };
}
