package dev.moat.serve;

import dev.moat.core.Ids;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;

/** What a gateway needs of the rest of the house. */
public record GatewayServices(
    KeyCheck keys,
    ExchangeLedger ledger,
    PrometheusMeterRegistry meters,
    InstantSource clock,
    Ids ids) {}
