/**
 * Judges one text: secrets, personal data, injection, harm, leaks; whole or as a stream. Pure: no
 * store, no network. Start at {@link Guard}; verdicts are sealed.
 *
 * <p>How one pass decides: {@link Normaliser} writes a detection copy of the text into a {@link
 * Window} that remembers where each character came from; {@link Scanner} walks it position by
 * position and asks the detectors what starts there. A detector that reads past what has arrived
 * leaves the position undecided, so a stream is exactly as far as the text allows and the verdict
 * cannot depend on how the text was cut.
 */
@NullMarked
package dev.moat.guard;

import org.jspecify.annotations.NullMarked;
