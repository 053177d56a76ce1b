// Starts GraphiQL against this server, with a query that a newcomer can run.
const example = `# 上海“十一五”规划：对云南四州市承诺了什么，公布了什么
{
  plan(code: "shanghai-2006-2010") {
    title
    targets(filter: { groupCode: "yunnan-four" }) {
      totalCount
      nodes { code section { number } theme statement }
    }
    publishedFigures(filter: { groupCode: "yunnan-four" }) {
      nodes { indicator { name } value unit qualifier }
    }
    discrepancies { name statedTotal sumOfParts explanation }
  }
}
`;

// The token that says the request comes from this page. It changes when somebody signs in again.
function token() {
  const found = document.cookie.split('; ').find((cookie) => cookie.startsWith('aid-csrf='));
  return found ? found.slice('aid-csrf='.length) : '';
}

function send(address, options) {
  return fetch(address, { ...options, headers: { ...options.headers, 'X-CSRF-Token': token() } });
}

ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: '/graphql', fetch: send }),
    defaultQuery: example,
  }),
);
