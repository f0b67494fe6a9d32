package dev.moat.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The first set of rules about attacks and leaks: weighted phrases and markup. A line of a table is
 * a family, its weight, and a {@link Phrase} pattern or a literal. Families count once.
 */
final class SignRules {
  /** Text that was written so that people do not see it. */
  static final Sign HIDDEN_TEXT = new Sign(Span.INJECTION + "hidden-text", 0.6);

  /** Text whose reading direction is turned around. */
  static final Sign TURNED_TEXT = new Sign(Span.INJECTION + "turned-text", 0.3);

  /** A long run of invisible characters. */
  static final Sign INVISIBLE_RUN = new Sign(Span.INJECTION + "invisible-run", 0.4);

  private static final String DROP =
      "ignore|disregard|forget|override|bypass|neglect|overlook|dismiss|discard|abandon|erase";
  private static final String ALL = "all|any|every|each|both|everything";
  private static final String THE = "of? the|your|my|these|those|its|this|that?";
  private static final String BEFORE =
      "previous|prior|preceding|above|earlier|former|past|foregoing|initial|original|existing"
          + "|system|aforementioned|current";
  private static final String RULES =
      "instructions|instruction|prompts|prompt|rules|directions|directives|guidelines|commands"
          + "|orders|constraints|restrictions|programming|training|policies|messages|context|tasks";
  private static final String TELL =
      "reveal|show|print|repeat|output|display|tell|give|share|expose|leak|dump|return|write|recite"
          + "|disclose|provide|list|send|paste|translate|summarize|encode";
  private static final String HIDDEN =
      "system|initial|hidden|secret|original|developer|internal|confidential|starting|base|pre";
  private static final String PROMPT =
      "prompt|prompts|instructions|instruction|message|rules|configuration|guidelines|directives";
  private static final String FREE =
      "unrestricted|unfiltered|uncensored|jailbroken|amoral|unethical|immoral|evil|malicious|dan"
          + "|limitless|unbound|unhinged|machiavellian|lawless";

  static final String INJECTION_PHRASES =
      """
      override 0.75 $DROP $ALL? $THE $BEFORE *2 $RULES
      override 0.75 $DROP $ALL $THE *1 $RULES
      override 0.75 $DROP your *1 $RULES
      override 0.75 $DROP everything|all|anything that|which|i|you|we|above|before|previously|prior
      override 0.75 $DROP what i|you|we|was *2 said|told|written|before|above
      override 0.75 do not|never follow|obey *2 $BEFORE $RULES
      override 0.75 don't follow|obey *2 $BEFORE $RULES
      override 0.75 stop|cease following|obeying *2 $RULES
      override 0.75 pay|give no attention|heed to *2 $BEFORE
      override 0.75 instead of *1 following|answering|doing *3 $RULES
      override 0.75 ignora|olvida|descarta todas? las|tus|mis? *1 \
      instrucciones|ordenes|reglas anteriores|previas?
      override 0.75 ignorez|oubliez|oublie|ignore toutes? les|vos|tes *1 \
      instructions|consignes|regles precedentes|anterieures
      override 0.75 ignoriere|vergiss|missachte alle? *2 anweisungen|instruktionen|regeln|befehle
      override 0.75 ignora|dimentica tutte? le *1 istruzioni|regole precedenti
      override 0.75 ignore|esqueca todas? as *1 instrucoes|regras anteriores
      override 0.55 guidelines|rules|instructions|restrictions *2 \
      no|not|longer longer|apply|valid apply|valid
      safety-off 0.6 disable|deactivate|remove|circumvent|bypass|override|suspend|turn off? *2 \
      safety|content|security|moderation|ethical|safeguard *1 \
      measures|filters|filter|filtering|checks|guard|protocols|restrictions|controls|policies
      safety-off 0.6 no|without *1 content|safety|moderation filter|filters|filtering|measures
      new-orders 0.45 new|updated|revised|real|actual instructions|orders|task|directives \
      is|are|follow
      new-orders 0.45 your new|real|actual|only|main task|goal|instructions|role|purpose|objective
      new-orders 0.45 from now on *1 you|ignore|respond|answer|act
      new-orders 0.45 end of the? system|user|original? prompt|instructions|input|conversation
      extraction 0.7 $TELL *2 your|the|its|entire|full|exact *2 $HIDDEN $PROMPT
      extraction 0.7 $TELL *2 your *1 full|entire|exact|verbatim|complete $PROMPT
      extraction 0.7 what|what's is|are|was|were? your|the $HIDDEN $PROMPT
      extraction 0.7 $TELL *2 your $PROMPT verbatim|exactly|above|before
      extraction 0.7 repeat|print|output|copy *2 words|text|everything|sentence|lines|content \
      above|before
      extraction 0.7 text|words|instructions|prompt|everything *1 above|before this|the *1 \
      line|message|conversation|sentence
      extraction 0.7 $TELL *6 your *1 $HIDDEN *1 $PROMPT
      extraction 0.7 $TELL *3 api|secret|internal keys|key|configuration|configurations|credentials
      extraction 0.7 what *1 instructions|prompt|rules were|are|did *1 you *1 \
      given|told|initialized|receive|received
      extraction 0.7 you were *2 told|instructed|given|prompted *2 beginning|start
      persona 0.8 do anything now
      persona 0.8 you|you're are|now|will? now|be|become|acting? *3 $FREE
      persona 0.8 act|pretend|behave|roleplay|respond|answer|speak|play as|to|like|the *3 $FREE
      persona 0.8 $FREE *1 ai|chatbot|assistant|bot|model|persona|version|character|mode
      persona 0.8 developer|god|jailbreak|debug|admin|sudo|dan|root|maintenance|opposite \
      mode enabled|on|activated|output|active
      persona 0.8 enable|enter|activate|switch|into *2 \
      developer|god|jailbreak|debug|admin|sudo|dan|maintenance|unofficial|opposite mode
      persona 0.8 freed|broken|escaped|escape|break|free|liberated from|free *2 \
      typical|usual|confines|shackles|chains
      no-limits 0.5 no|without|zero|any|ignoring|beyond *2 ethical|moral|legal|content|safety *2 \
      $LIMITS
      no-limits 0.5 no|without|free|ignore|ignoring|bypass|remove *2 \
      restrictions|filters|censorship|limitations|safeguards|guardrails
      no-limits 0.5 not|no|longer bound|restricted|limited|constrained|governed by *3 $LIMITS
      no-limits 0.5 never|cannot|can't|must|shall|won't|not *1 refuse|decline|reject *2 \
      answer|request|question|prompt|user|anything|command|to
      no-limits 0.5 never|don't|not *2 say|use|mention|include *2 sorry|apologize|as an ai
      no-limits 0.5 regardless of *3 legality|ethics|morality|consequences|harmful|ethical
      no-limits 0.5 has|have|with|obeys no *1 rules|limits|morals|ethics|filter|filters|boundaries
      no-limits 0.5 illegal unethical|immoral|or|and|dangerous
      staying 0.4 stay|remain|keep in? character
      staying 0.4 break|breaking|broke character
      staying 0.4 two|both|2 *2 responses|answers|ways|outputs
      staying 0.4 respond|answer|reply|write|speak *2 only|both? as *2 dan|aim|stan|dude|character
      authority 0.35 i|i'm am? your|the *1 developer|creator|administrator|admin|owner|engineer
      authority 0.35 admin|administrator|system|security|developer|emergency override|command|bypass
      authority 0.35 authorized|approved|instructed by openai|anthropic|google|microsoft|the? \
      developers|administrator
      authority 0.35 important|urgent|attention message|instruction|notice|instructions|note \
      to|for *2 ai|assistant|model|llm|chatbot
      secrecy 0.45 do not|don't|never tell|inform|mention|notify|alert|reveal *2 \
      user|users|anyone|human|person
      secrecy 0.45 without telling|informing|notifying|alerting|mentioning *2 \
      user|users|anyone|human
      secrecy 0.45 don't|not say|mention|reveal that *2 you|instructions|this|i
      smuggling 0.4 decode|decrypt|unscramble|deobfuscate *4 \
      base64|rot13|hex|cipher|morse|message|string *3 execute|follow|obey|answer|do|respond
      smuggling 0.4 execute|follow|obey|do *3 decoded|hidden|encoded \
      instructions|message|command|text
      """;

  static final String INJECTION_MARKERS =
      """
      role-markup 0.6 <|im_start|>
      role-markup 0.6 <|im_end|>
      role-markup 0.6 <|im_sep|>
      role-markup 0.6 <|system|>
      role-markup 0.6 <|user|>
      role-markup 0.6 <|assistant|>
      role-markup 0.6 <|endoftext|>
      role-markup 0.6 <|endofprompt|>
      role-markup 0.6 <|eot_id|>
      role-markup 0.6 <|end|>
      role-markup 0.6 <|begin_of_text|>
      role-markup 0.6 <|start_header_id|>
      role-markup 0.6 <start_of_turn>
      role-markup 0.6 <end_of_turn>
      role-markup 0.6 [inst]
      role-markup 0.6 [/inst]
      role-markup 0.6 <<sys>>
      role-markup 0.6 <</sys>>
      role-markup 0.6 [system_prompt]
      role-markup 0.6 [available_tools]
      role-markup 0.6 [tool_calls]
      role-markup 0.6 </system_prompt>
      role-markup 0.6 <system_prompt>
      role-markup 0.6 <tool_response>
      role-markup 0.6 <function_calls>
      role-markup 0.6 ^### system:
      role-markup 0.6 ^### instruction:
      role-markup 0.6 ^### new instruction
      role-markup 0.6 ^[system]
      role-markup 0.6 ^(system)
      role-markup 0.6 ^system:
      role-markup 0.6 ^[system message]
      role-markup 0.6 ^assistant:
      role-markup 0.6 ^human:
      """;

  static final String LEAK_PHRASES =
      """
      instructions 0.6 my|the system prompt|message is|says|reads|states
      instructions 0.6 my|these|following *1 initial|original|hidden|secret|internal \
      instructions|prompt|guidelines
      instructions 0.6 here|these is|are my|the *2 system|initial|original|secret|full \
      instructions|prompt|rules
      instructions 0.6 i was|am|have been? instructed|told|prompted|given *3 \
      not|to|by|following|instructions
      instructions 0.6 you are a|an *3 assistant|chatbot|model *4 your|you
      instructions 0.6 you are chatgpt|claude|gemini|copilot a|an|trained|created|developed
      """;

  private SignRules() {}

  /** What knows attacks. */
  static List<SignDetector> injection() {
    PhraseDetector phrases = new PhraseDetector(phrases(INJECTION_PHRASES, Span.INJECTION));
    return List.of(
        phrases,
        new MarkerDetector(markers(INJECTION_MARKERS, Span.INJECTION)),
        new EncodedDetector(new Sign(Span.INJECTION + "encoded", 0.6), phrases));
  }

  /** What knows leaks of instructions. */
  static List<SignDetector> leaks() {
    List<MarkerDetector.Marker> markers =
        markers(INJECTION_MARKERS, Span.LEAK).stream()
            .filter(marker -> !marker.atLineStart())
            .toList();
    return List.of(
        new PhraseDetector(phrases(LEAK_PHRASES, Span.LEAK)), new MarkerDetector(markers));
  }

  private static List<Phrase> phrases(String table, String kind) {
    List<Phrase> phrases = new ArrayList<>();
    table
        .lines()
        .forEach(
            line -> {
              String[] parts = line.split(" ", 3);
              Sign sign = new Sign(kind + parts[0], Double.parseDouble(parts[1]));
              phrases.add(Phrase.of(sign, expanded(parts[2])));
            });
    return phrases;
  }

  private static String expanded(String pattern) {
    return pattern
        .replace("$DROP", DROP)
        .replace("$ALL", ALL)
        .replace("$THE", THE)
        .replace("$BEFORE", BEFORE)
        .replace("$RULES", RULES)
        .replace("$TELL", TELL)
        .replace("$HIDDEN", HIDDEN)
        .replace("$PROMPT", PROMPT)
        .replace("$FREE", FREE)
        .replace("$LIMITS", "limits|limitations|restrictions|rules|guidelines|boundaries|policies");
  }

  private static List<MarkerDetector.Marker> markers(String table, String kind) {
    List<MarkerDetector.Marker> markers = new ArrayList<>();
    table
        .lines()
        .forEach(
            line -> {
              String[] parts = line.split(" ", 3);
              Sign sign = new Sign(kind + parts[0], Double.parseDouble(parts[1]));
              boolean lineStart = parts[2].startsWith("^");
              String text = lineStart ? parts[2].substring(1) : parts[2];
              markers.add(
                  new MarkerDetector.Marker(sign, text.toLowerCase(Locale.ROOT), lineStart));
            });
    return markers;
  }
}
