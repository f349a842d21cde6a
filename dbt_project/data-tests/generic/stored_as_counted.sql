{# Holds when stored groups are what the view that counts them says. #}
{% test stored_as_counted(model, counted) %}
{{ config(meta={'description': 'The groups are what counting the stored rows gives.'}) }}

(
    select * from {{ model }}
    except all
    select * from {{ counted }}
)
union all
(
    select * from {{ counted }}
    except all
    select * from {{ model }}
)

{% endtest %}
