-- A source's key as UUIDv3: the MD5 of the table's namespace and the key's text.
overlay(
    overlay(
        md5(decode({namespace}, 'hex') || convert_to({text}, 'UTF8'))
        placing '3' from 13
    )
    placing translate(
        substr(md5(decode({namespace}, 'hex') || convert_to({text}, 'UTF8')), 17, 1),
        '0123456789abcdef',
        '89ab89ab89ab89ab'
    ) from 17
)::uuid
