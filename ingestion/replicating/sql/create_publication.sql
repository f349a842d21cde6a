create publication {publication} for table {tables}
