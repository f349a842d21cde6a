-- A source's key that is text: a UUID stands for itself, an empty one is none.
case
    when btrim({text}) ~ '^[0-9a-fA-F]{{8}}(-?[0-9a-fA-F]{{4}}){{3}}-?[0-9a-fA-F]{{12}}$'
        then btrim({text})::uuid
    when btrim({text}) <> ''
        then {converted}
end
