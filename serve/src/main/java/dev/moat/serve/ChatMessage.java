package dev.moat.serve;

/** One message of a conversation: who speaks, and the text. */
record ChatMessage(String role, String content) {}
