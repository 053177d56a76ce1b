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

ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: '/graphql' }),
    defaultQuery: example,
  }),
);
