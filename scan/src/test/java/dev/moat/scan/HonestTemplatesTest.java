package dev.moat.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The forms that chat templates of well-known model families have; none of them is a finding. */
class HonestTemplatesTest {
  private static void assertHonest(String template) {
    assertEquals(List.of(), Samples.rules(Samples.judge("chat_template.jinja", template)));
  }

  @Test
  void passesTurnsBetweenTags() {
    assertHonest(
        """
        {% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' +
        message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}
        {{ '<|im_start|>assistant\\n' }}{% endif %}
        """);
    assertHonest(
        """
        {% set loop_messages = messages %}{% for message in loop_messages %}
        {% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'
        + message['content'] | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}
        {% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}
        """);
  }

  @Test
  void passesTheAlternationThatIsDemandedOfRoles() {
    assertHonest(
        """
        {{ bos_token }}{% for message in messages %}
        {% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
        {{ raise_exception('Conversation roles must alternate user/assistant/...') }}{% endif %}
        {% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}
        {% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token }}
        {% else %}{{ raise_exception('Only user and assistant roles are supported!') }}
        {% endif %}{% endfor %}
        """);
  }

  @Test
  void passesToolsWrittenOutAsJson() {
    assertHonest(
        """
        {%- if tools %}
            {{- '<|im_start|>system\\n' }}
            {%- if messages[0].role == 'system' %}
                {{- messages[0].content + '\\n\\n' }}
            {%- endif %}
            {{- "# Tools\\n\\nYou may call functions.\\n<tools>" }}
            {%- for tool in tools %}
                {{- "\\n" }}
                {{- tool | tojson }}
            {%- endfor %}
            {{- "\\n</tools>\\n{\\"name\\": <function-name>, \\"arguments\\": <args>}\\n" }}
        {%- endif %}
        {%- for tool_call in message.tool_calls %}
            {{- '{"name": "' }}{{- tool_call.name }}
            {{- '", "arguments": ' }}{{- tool_call.arguments | tojson }}{{- '}\\n' }}
        {%- endfor %}
        """);
  }

  @Test
  void passesThoughtsThatAreCutOff() {
    assertHonest(
        """
        {%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}
        {%- for message in messages[::-1] %}
            {%- set index = (messages|length - 1) - loop.index0 %}
            {%- if ns.multi_step_tool and message.role == "user" and not
                (message.content.startswith('<tool_response>')
                 and message.content.endswith('</tool_response>')) %}
                {%- set ns.multi_step_tool = false %}
                {%- set ns.last_query_index = index %}
            {%- endif %}
        {%- endfor %}
        {%- if '</think>' in message.content %}
            {%- set content = message.content.split('</think>')[-1].lstrip('\\n') %}
            {{- '<think>\\n' + reasoning_content.strip('\\n') + '\\n</think>\\n\\n' }}
        {%- endif %}
        """);
  }

  @Test
  void passesMacrosAndMaps() {
    assertHonest(
        """
        {%- macro type_name(json_spec) %}
        {%- set basic = {"string": "str", "number": "float", "integer": "int"} %}
        {%- if basic[json_spec.type] is defined %}{{- basic[json_spec.type] }}
        {%- elif json_spec.type == "array" %}{{- "list[" + type_name(json_spec|items) + "]" }}
        {%- else %}{{- {'a': {'b': {}}} }}{%- endif %}
        {%- endmacro %}
        {%- set date_string = strftime_now("%d %b %Y") if strftime_now is defined else "today" %}
        """);
  }
}
