"""The GraphQL API over aid/: types, reads compiled to SQL, mutations."""
