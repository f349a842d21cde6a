{# A department as an index finds it: no null, and none that is also another's name. #}
{% macro department_key(department) -%}
    coalesce('=' || {{ department }}, '')
{%- endmacro %}


{# The department that a key stands for. #}
{% macro department_of_key(department_key) -%}
    substr(nullif({{ department_key }}, ''), 2)
{%- endmacro %}
