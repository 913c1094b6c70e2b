namespace Firmware.StratumV2;

/// <summary>The wire numbers of the core protocol, in the ranges of its parts. Spec 8.</summary>
public enum MessageType : byte
{
    // Common.
    SetupConnection = 0x00,
    SetupConnectionSuccess = 0x01,
    SetupConnectionError = 0x02,
    ChannelEndpointChanged = 0x03,
    Reconnect = 0x04,

    // Mining.
    OpenStandardMiningChannel = 0x10,
    OpenStandardMiningChannelSuccess = 0x11,
    OpenMiningChannelError = 0x12,
    OpenExtendedMiningChannel = 0x13,
    OpenExtendedMiningChannelSuccess = 0x14,
    NewMiningJob = 0x15,
    UpdateChannel = 0x16,
    UpdateChannelError = 0x17,
    CloseChannel = 0x18,
    SetExtranoncePrefix = 0x19,
    SubmitSharesStandard = 0x1A,
    SubmitSharesExtended = 0x1B,
    SubmitSharesSuccess = 0x1C,
    SubmitSharesError = 0x1D,
    NewExtendedMiningJob = 0x1F,
    SetNewPrevHash = 0x20,
    SetTarget = 0x21,
    SetCustomMiningJob = 0x22,
    SetCustomMiningJobSuccess = 0x23,
    SetCustomMiningJobError = 0x24,
    SetGroupChannel = 0x25,

    // Job declaration.
    AllocateMiningJobToken = 0x50,
    AllocateMiningJobTokenSuccess = 0x51,
    ProvideMissingTransactions = 0x55,
    ProvideMissingTransactionsSuccess = 0x56,
    DeclareMiningJob = 0x57,
    DeclareMiningJobSuccess = 0x58,
    DeclareMiningJobError = 0x59,
    PushSolution = 0x60,

    // Template distribution.
    CoinbaseOutputConstraints = 0x70,
    NewTemplate = 0x71,

    /// <summary>The spec names it SetNewPrevHash, as that of the mining protocol.</summary>
    SetNewPrevHashOfTemplate = 0x72,

    RequestTransactionData = 0x73,
    RequestTransactionDataSuccess = 0x74,
    RequestTransactionDataError = 0x75,
    SubmitSolution = 0x76,
}

/// <summary>What the wire number alone says about a message.</summary>
public static class MessageTypes
{
    private static readonly string[] Answers = ["Success", "Error"];

    extension(MessageType type)
    {
        /// <summary>May a mining connection carry it? False for the other protocols' numbers and unused ones.</summary>
        public bool IsKnown => type is <= MessageType.Reconnect
            or (>= MessageType.OpenStandardMiningChannel and <= MessageType.SubmitSharesError)
            or (>= MessageType.NewExtendedMiningJob and <= MessageType.SetGroupChannel);

        /// <summary>
        /// The channel_msg bit to send: the payload starts with a channel's id. What others send is not to be
        /// trusted, deployed stacks set it wrongly.
        /// </summary>
        public bool HasChannelBit => type is MessageType.ChannelEndpointChanged
            or (>= MessageType.NewMiningJob and <= MessageType.SubmitSharesError)
            or (>= MessageType.NewExtendedMiningJob and <= MessageType.SetCustomMiningJobError);

        /// <summary>As the spec writes it: "SubmitShares.Success".</summary>
        public string SpecName
        {
            get
            {
                var name = type.ToString();
                var answer = Array.Find(Answers, ending => name.EndsWith(ending, StringComparison.Ordinal));
                return answer is null ? name : $"{name[..^answer.Length]}.{answer}";
            }
        }
    }
}
