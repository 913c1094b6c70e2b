namespace Firmware.StratumV2;

/// <summary>
/// The tables of job declaration (0x50 to 0x60), template distribution (0x70 to 0x76) and extension negotiation
/// (extension 1) as data. No mining connection carries them. Spec 6, 7 and extension 1.
/// </summary>
internal static class OtherLayouts
{
    private static readonly Dictionary<(ushort Extension, byte Type), (string Name, Field[] Fields)> Layouts = new()
    {
        [(0, 0x50)] = ("AllocateMiningJobToken",
        [
            new("user_identifier", FieldText.Str),
            new("request_id", FieldText.U32),
        ]),
        [(0, 0x51)] = ("AllocateMiningJobToken.Success",
        [
            new("request_id", FieldText.U32),
            new("mining_job_token", FieldText.B0255),
            new("coinbase_tx_outputs", FieldText.B064K),
        ]),
        [(0, 0x55)] = ("ProvideMissingTransactions",
        [
            new("request_id", FieldText.U32),
            new("unknown_tx_position_list", FieldText.Numbers),
        ]),
        [(0, 0x56)] = ("ProvideMissingTransactions.Success",
        [
            new("request_id", FieldText.U32),
            new("transaction_list", FieldText.Transactions),
        ]),
        [(0, 0x57)] = ("DeclareMiningJob",
        [
            new("request_id", FieldText.U32),
            new("mining_job_token", FieldText.B0255),
            new("version", FieldText.Bits),
            new("coinbase_tx_prefix", FieldText.B064K),
            new("coinbase_tx_suffix", FieldText.B064K),
            new("wtxid_list", FieldText.ManyHashes),
            new("excess_data", FieldText.B064K),
        ]),
        [(0, 0x58)] = ("DeclareMiningJob.Success",
        [
            new("request_id", FieldText.U32),
            new("new_mining_job_token", FieldText.B0255),
        ]),
        [(0, 0x59)] = ("DeclareMiningJob.Error",
        [
            new("request_id", FieldText.U32),
            new("error_code", FieldText.Str),
            new("error_details", FieldText.B064K),
        ]),
        [(0, 0x60)] = ("PushSolution",
        [
            new("extranonce", FieldText.B032),
            new("prev_hash", FieldText.U256),
            new("nonce", FieldText.Bits),
            new("ntime", FieldText.Time),
            new("nbits", FieldText.Bits),
            new("version", FieldText.Bits),
        ]),
        [(0, 0x70)] = ("CoinbaseOutputConstraints",
        [
            new("coinbase_output_max_additional_size", FieldText.U32),
            new("coinbase_output_max_additional_sigops", FieldText.U16),
        ]),
        [(0, 0x71)] = ("NewTemplate",
        [
            new("template_id", FieldText.U64),
            new("future_template", FieldText.Bool),
            new("version", FieldText.Bits),
            new("coinbase_tx_version", FieldText.U32),
            new("coinbase_prefix", FieldText.B0255),
            new("coinbase_tx_input_sequence", FieldText.Bits),
            new("coinbase_tx_value_remaining", FieldText.U64),
            new("coinbase_tx_outputs_count", FieldText.U32),
            new("coinbase_tx_outputs", FieldText.B064K),
            new("coinbase_tx_locktime", FieldText.U32),
            new("merkle_path", FieldText.Hashes),
        ]),
        [(0, 0x72)] = ("SetNewPrevHash of a template",
        [
            new("template_id", FieldText.U64),
            new("prev_hash", FieldText.U256),
            new("header_timestamp", FieldText.Time),
            new("nbits", FieldText.Bits),
            new("target", FieldText.U256),
        ]),
        [(0, 0x73)] = ("RequestTransactionData",
        [
            new("template_id", FieldText.U64),
        ]),
        [(0, 0x74)] = ("RequestTransactionData.Success",
        [
            new("template_id", FieldText.U64),
            new("excess_data", FieldText.B064K),
            new("transaction_list", FieldText.Transactions),
        ]),
        [(0, 0x75)] = ("RequestTransactionData.Error",
        [
            new("template_id", FieldText.U64),
            new("error_code", FieldText.Str),
        ]),
        [(0, 0x76)] = ("SubmitSolution",
        [
            new("template_id", FieldText.U64),
            new("version", FieldText.Bits),
            new("header_timestamp", FieldText.Time),
            new("header_nonce", FieldText.Bits),
            new("coinbase_tx", FieldText.B064K),
        ]),
        [(1, 0x00)] = ("RequestExtensions",
        [
            new("request_id", FieldText.U16),
            new("requested_extensions", FieldText.Numbers),
        ]),
        [(1, 0x01)] = ("RequestExtensions.Success",
        [
            new("request_id", FieldText.U16),
            new("supported_extensions", FieldText.Numbers),
        ]),
        [(1, 0x02)] = ("RequestExtensions.Error",
        [
            new("request_id", FieldText.U16),
            new("unsupported_extensions", FieldText.Numbers),
            new("required_extensions", FieldText.Numbers),
        ]),
    };

    public static (string Name, Field[] Fields)? Of(ushort extension, byte type) =>
        Layouts.TryGetValue((extension, type), out var layout) ? layout : null;
}
