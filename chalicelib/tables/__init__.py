"""DynamoDB: one module per table; documents by pynamodb, the bulk path by the plain client."""
