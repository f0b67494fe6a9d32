package dev.moat.serve;

import dev.moat.core.Ids;
import dev.moat.store.BlobStore;
import dev.moat.store.KeyService;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What a gateway needs of the rest of the house.
 *
 * @param responses where answers are kept for later, if they are
 * @param pseudonyms where is kept what pseudonyms stand for, if there may be any
 */
public record GatewayServices(
    KeyCheck keys,
    KeyService secrets,
    ExchangeLedger ledger,
    PrometheusMeterRegistry meters,
    BlobStore comments,
    InstantSource clock,
    Ids ids,
    Observation observation,
    Quotas quotas,
    Optional<ResponseStore> responses,
    Optional<PseudonymVault> pseudonyms) {}
