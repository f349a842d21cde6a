-- Take typed rows, a missing value being an empty field.
copy pg_temp.incoming ({column_names}) from stdin (null '')
