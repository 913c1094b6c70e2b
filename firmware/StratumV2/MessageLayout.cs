namespace Firmware.StratumV2;

/// <param name="Name">The spec's name.</param>
/// <param name="MayBeAbsent">A last field that older peers do not send.</param>
internal readonly record struct Field(string Name, FieldType Type, bool MayBeAbsent = false);

/// <summary>The spec's tables of the common and mining messages, as data: names and types.</summary>
internal static class MessageLayout
{
    private static readonly Dictionary<MessageType, Field[]> Layouts = new()
    {
        [MessageType.SetupConnection] =
        [
            new("protocol", FieldText.U8),
            new("min_version", FieldText.U16),
            new("max_version", FieldText.U16),
            new("flags", FieldText.Bits),
            new("endpoint_host", FieldText.Str),
            new("endpoint_port", FieldText.U16),
            new("vendor", FieldText.Str),
            new("hardware_version", FieldText.Str),
            new("firmware", FieldText.Str),
            new("device_id", FieldText.Str),
        ],
        [MessageType.SetupConnectionSuccess] =
        [
            new("used_version", FieldText.U16),
            new("flags", FieldText.Bits),
        ],
        [MessageType.SetupConnectionError] =
        [
            new("flags", FieldText.Bits),
            new("error_code", FieldText.Str),
        ],
        [MessageType.ChannelEndpointChanged] =
        [
            new("channel_id", FieldText.U32),
        ],
        [MessageType.Reconnect] =
        [
            new("new_host", FieldText.Str),
            new("new_port", FieldText.U16),
        ],
        [MessageType.OpenStandardMiningChannel] =
        [
            new("request_id", FieldText.U32),
            new("user_identity", FieldText.Str),
            new("nominal_hash_rate", FieldText.F32),
            new("max_target", FieldText.U256),
        ],
        [MessageType.OpenStandardMiningChannelSuccess] =
        [
            new("request_id", FieldText.U32),
            new("channel_id", FieldText.U32),
            new("target", FieldText.U256),
            new("extranonce_prefix", FieldText.B032),
            new("group_channel_id", FieldText.U32),
        ],
        [MessageType.OpenMiningChannelError] =
        [
            new("request_id", FieldText.U32),
            new("error_code", FieldText.Str),
        ],
        [MessageType.OpenExtendedMiningChannel] =
        [
            new("request_id", FieldText.U32),
            new("user_identity", FieldText.Str),
            new("nominal_hash_rate", FieldText.F32),
            new("max_target", FieldText.U256),
            new("min_extranonce_size", FieldText.U16),
        ],
        [MessageType.OpenExtendedMiningChannelSuccess] =
        [
            new("request_id", FieldText.U32),
            new("channel_id", FieldText.U32),
            new("target", FieldText.U256),
            new("extranonce_size", FieldText.U16),
            new("extranonce_prefix", FieldText.B032),
            new("group_channel_id", FieldText.U32, MayBeAbsent: true),
        ],
        [MessageType.NewMiningJob] =
        [
            new("channel_id", FieldText.U32),
            new("job_id", FieldText.U32),
            new("min_ntime", FieldText.TimeOrFuture),
            new("version", FieldText.Bits),
            new("merkle_root", FieldText.U256),
        ],
        [MessageType.UpdateChannel] =
        [
            new("channel_id", FieldText.U32),
            new("nominal_hash_rate", FieldText.F32),
            new("maximum_target", FieldText.U256),
        ],
        [MessageType.UpdateChannelError] =
        [
            new("channel_id", FieldText.U32),
            new("error_code", FieldText.Str),
        ],
        [MessageType.CloseChannel] =
        [
            new("channel_id", FieldText.U32),
            new("reason_code", FieldText.Str),
        ],
        [MessageType.SetExtranoncePrefix] =
        [
            new("channel_id", FieldText.U32),
            new("extranonce_prefix", FieldText.B032),
        ],
        [MessageType.SubmitSharesStandard] =
        [
            new("channel_id", FieldText.U32),
            new("sequence_number", FieldText.U32),
            new("job_id", FieldText.U32),
            new("nonce", FieldText.Bits),
            new("ntime", FieldText.Time),
            new("version", FieldText.Bits),
        ],
        [MessageType.SubmitSharesExtended] =
        [
            new("channel_id", FieldText.U32),
            new("sequence_number", FieldText.U32),
            new("job_id", FieldText.U32),
            new("nonce", FieldText.Bits),
            new("ntime", FieldText.Time),
            new("version", FieldText.Bits),
            new("extranonce", FieldText.B032),
        ],
        [MessageType.SubmitSharesSuccess] =
        [
            new("channel_id", FieldText.U32),
            new("last_sequence_number", FieldText.U32),
            new("new_submits_accepted_count", FieldText.U32),
            new("new_shares_sum", FieldText.U64),
        ],
        [MessageType.SubmitSharesError] =
        [
            new("channel_id", FieldText.U32),
            new("sequence_number", FieldText.U32),
            new("error_code", FieldText.Str),
        ],
        [MessageType.NewExtendedMiningJob] =
        [
            new("channel_id", FieldText.U32),
            new("job_id", FieldText.U32),
            new("min_ntime", FieldText.TimeOrFuture),
            new("version", FieldText.Bits),
            new("version_rolling_allowed", FieldText.Bool),
            new("merkle_path", FieldText.Hashes),
            new("coinbase_tx_prefix", FieldText.B064K),
            new("coinbase_tx_suffix", FieldText.B064K),
        ],
        [MessageType.SetNewPrevHash] =
        [
            new("channel_id", FieldText.U32),
            new("job_id", FieldText.U32),
            new("prev_hash", FieldText.U256),
            new("min_ntime", FieldText.Time),
            new("nbits", FieldText.Bits),
        ],
        [MessageType.SetTarget] =
        [
            new("channel_id", FieldText.U32),
            new("maximum_target", FieldText.U256),
        ],
        [MessageType.SetCustomMiningJob] =
        [
            new("channel_id", FieldText.U32),
            new("request_id", FieldText.U32),
            new("mining_job_token", FieldText.B0255),
            new("version", FieldText.Bits),
            new("prev_hash", FieldText.U256),
            new("min_ntime", FieldText.Time),
            new("nbits", FieldText.Bits),
            new("coinbase_tx_version", FieldText.U32),
            new("coinbase_prefix", FieldText.B0255),
            new("coinbase_tx_input_nSequence", FieldText.Bits),
            new("coinbase_tx_outputs", FieldText.B064K),
            new("coinbase_tx_locktime", FieldText.U32),
            new("merkle_path", FieldText.Hashes),
        ],
        [MessageType.SetCustomMiningJobSuccess] =
        [
            new("channel_id", FieldText.U32),
            new("request_id", FieldText.U32),
            new("job_id", FieldText.U32),
        ],
        [MessageType.SetCustomMiningJobError] =
        [
            new("channel_id", FieldText.U32),
            new("request_id", FieldText.U32),
            new("error_code", FieldText.Str),
        ],
        [MessageType.SetGroupChannel] =
        [
            new("group_channel_id", FieldText.U32),
            new("channel_ids", FieldText.Ids),
        ],
    };

    /// <summary>The name and the fields of a frame's message; null where no table of the spec is for it.</summary>
    public static (string Name, Field[] Fields)? Of(Frame frame) => frame.CoreType is { } type
        ? (type.SpecName, Layouts[type])
        : OtherLayouts.Of(frame.ExtensionType, frame.Type);
}
